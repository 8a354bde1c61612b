import { Injectable, type OnModuleInit } from '@nestjs/common';
import { DiscoveryService, MetadataScanner, Reflector } from '@nestjs/core';
import type { Attempt, CreditsEvent, CreditsEventType } from './event.js';
import { HeardEvents } from './on-credits-event.decorator.js';
import { ATTEMPT_LIMIT_MS } from './post.js';

type Handler = (event: CreditsEvent) => unknown;

/** The methods of this application that are decorated with OnCreditsEvent. */
@Injectable()
export class EventHandlers implements OnModuleInit {
  readonly #handlers = new Map<CreditsEventType, Handler[]>();

  constructor(
    private readonly discovery: DiscoveryService,
    private readonly scanner: MetadataScanner,
    private readonly reflector: Reflector,
  ) {}

  onModuleInit(): void {
    for (const { instance } of [...this.discovery.getProviders(), ...this.discovery.getControllers()]) {
      if (typeof instance !== 'object' || instance === null) continue;
      const methods = instance as Record<string, Handler>;
      for (const name of this.scanner.getAllMethodNames(Object.getPrototypeOf(instance) as object)) {
        this.#add(methods, name);
      }
    }
  }

  /** What is heard here. */
  get types(): CreditsEventType[] {
    return [...this.#handlers.keys()];
  }

  /** All handlers of the type; if one fails, all are told again. */
  async tell(event: CreditsEvent): Promise<Attempt> {
    const handlers = this.#handlers.get(event.type) ?? [];
    let timer: NodeJS.Timeout | undefined;
    const limit = new Promise<'timeout'>((resolve) => {
      timer = setTimeout(() => resolve('timeout'), ATTEMPT_LIMIT_MS);
    });
    const told = Promise.allSettled(handlers.map(async (handler) => handler(event)));
    const ends = await Promise.race([told, limit]);
    clearTimeout(timer);
    if (ends === 'timeout')
      return { result: 'timeout', outcome: `still at it after ${ATTEMPT_LIMIT_MS / 1000} s` };
    const failed = ends.find((end) => end.status === 'rejected');
    if (failed === undefined) return { result: 'delivered', outcome: 'heard' };
    // Its name alone: a message may say anything about anybody.
    return { result: 'threw', outcome: failed.reason instanceof Error ? failed.reason.name : 'an error' };
  }

  #add(methods: Record<string, Handler>, name: string): void {
    for (const type of new Set(this.reflector.get(HeardEvents, methods[name]!))) {
      const handlers = this.#handlers.get(type) ?? [];
      this.#handlers.set(type, [...handlers, (event) => methods[name]!(event)]);
    }
  }
}
