import { Injectable } from '@nestjs/common';
import ipaddr from 'ipaddr.js';
import { LRUCache } from 'lru-cache';
import { Environment } from '../config/environment.js';

const WINDOW_MS = 60_000;
/** With more callers than this, those who asked least recently start afresh. */
const MOST_CALLERS = 50_000;

interface Minute {
  requests: number;
  endsAtMs: number;
}

export interface Count {
  max: number;
  remaining: number;
  isExceeded: boolean;
  resetsInSeconds: number;
}

/**
 * Counts each caller's requests a minute. Synchronous, because most requests take less time than a promise would add.
 */
@Injectable()
export class RateLimit {
  readonly #minutes = new LRUCache<string, Minute>({ max: MOST_CALLERS });

  constructor(private readonly environment: Environment) {}

  /** Undefined: there is no limit. */
  count(caller: string): Count | undefined {
    const max = this.environment.rateLimitPerMinute;
    if (max === 0) return undefined;
    const now = Date.now();
    const minute = this.#minuteOf(caller, now);
    minute.requests += 1;
    const resetsInSeconds = Math.ceil((minute.endsAtMs - now) / 1000);
    const remaining = Math.max(0, max - minute.requests);
    return { max, remaining, isExceeded: minute.requests > max, resetsInSeconds };
  }

  #minuteOf(caller: string, now: number): Minute {
    const known = this.#minutes.get(caller);
    if (known !== undefined && known.endsAtMs > now) return known;
    const minute = { requests: 0, endsAtMs: now + WINDOW_MS };
    this.#minutes.set(caller, minute);
    return minute;
  }
}

/** An address cannot look like a user, nor a user like an address. */
export const callerOfUser = (userId: string): string => `user ${userId}`;
export const callerOfAddress = (address: string): string => `address ${siteOf(address)}`;

/**
 * The first half of an IPv6 address, because a customer gets all of the other half. A closed socket has no address.
 */
function siteOf(address: string): string {
  if (!ipaddr.isValid(address)) return 'unknown';
  const ip = ipaddr.process(address);
  return 'parts' in ip ? ip.parts.slice(0, 4).join(':') : ip.toString();
}
