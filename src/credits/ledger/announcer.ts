import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import type { Pool } from 'pg';
import { GONE, UNSURE, WALLETS_CHANNEL, WRITERS_CHANNEL } from './channels.js';

/**
 * What changes in between is told together: a listener hears of it within this time and a round trip. It is told at the
 * same moments by all processes, by the clock on the wall, for each notification wakes each listener: of those that
 * come together one waking hears several.
 */
const TICK_MS = 20;
const BEAT_EVERY_MS = 500;
const RETRY_AFTER_MS = 100;
const LAST_WORDS_WITHIN_MS = 1_000;
/** A notification has less than 8,000 bytes, and a wallet takes up to 30 of them. */
const WALLETS_IN_ONE = 250;
/** Of more wallets it is said that any may have changed. */
const MOST_KEPT = 10_000;

/** Nobody waits for the disk on its account: what it says is worth something for seconds. */
const TELL = {
  name: 'credits_tell',
  text: `
    SELECT pg_notify(m.channel, m.payload)
      FROM set_config('synchronous_commit', 'off', true), unnest($1::text[], $2::text[]) AS m(channel, payload)`,
};

type Message = [channel: string, payload: string];

/**
 * Tells every listener which wallets this process changed, after their commits and in transactions of its own. With NOTIFY
 * in the commit itself the commits of all processes would wait for each other: PostgreSQL keeps notifications in
 * the order of commits, by a lock that lasts until the disk and the standbys have confirmed.
 *
 * A process may die between a commit and this. So each says twice a second that it is there, never ahead of what it has to
 * tell: one that is not heard from may owe an announcement (credits-display/writers.ts).
 */
export class Announcer {
  readonly id = randomUUID();
  #versions = new Map<number, number>();
  #words: Message[] = [];
  #telling: Promise<void> | undefined;
  #toldAtMs = -Infinity;
  #timer: NodeJS.Timeout | undefined;
  #isStopped = false;

  /** `isPooled`: a statement may have no name, see pooler.ts. */
  constructor(
    private readonly pool: Pick<Pool, 'query'>,
    private readonly isPooled = false,
  ) {}

  /** To be awaited before the first change of a wallet: by then it was said, or there is nobody to hear it. */
  async start(): Promise<void> {
    this.#timer = setInterval(() => this.beat(), BEAT_EVERY_MS).unref();
    await this.#tell([[WRITERS_CHANNEL, this.id]]).catch(() => undefined);
  }

  /** Says that this process is there. */
  beat(): void {
    this.#say([WRITERS_CHANNEL, this.id]);
  }

  /** A wallet, by the hash of its name, is at this version now, or at a later one. */
  changed(wallet: number, version: number): void {
    this.#note(wallet, version);
    this.#start();
  }

  /** A transaction of this process may be committed now, later or never: listeners have to see for themselves. */
  unsure(): void {
    this.#say([WRITERS_CHANNEL, `${this.id} ${UNSURE}`]);
  }

  /** Tells what is still to be told, and that nothing more will come. */
  async stop(): Promise<void> {
    clearInterval(this.#timer);
    this.#say([WRITERS_CHANNEL, `${this.id} ${GONE}`]);
    this.#isStopped = true;
    const spoken = new AbortController();
    const limit = delay(LAST_WORDS_WITHIN_MS, undefined, { signal: spoken.signal }).catch(() => undefined);
    await Promise.race([this.#telling, limit]);
    // Nobody's process or test waits for the rest of it.
    spoken.abort();
  }

  #note(wallet: number, version: number): void {
    const noted = this.#versions.get(wallet);
    if (noted === undefined || noted < version) this.#versions.set(wallet, version);
    if (this.#versions.size <= MOST_KEPT) return;
    this.#versions = new Map();
    this.#say([WALLETS_CHANNEL, '']);
  }

  #say(message: Message): void {
    if (!this.#words.some(([, payload]) => payload === message[1])) this.#words.push(message);
    this.#start();
  }

  #start(): void {
    if (this.#isStopped) return;
    this.#telling ??= this.#tellAll().finally(() => (this.#telling = undefined));
  }

  async #tellAll(): Promise<void> {
    while (this.#versions.size > 0 || this.#words.length > 0) {
      await delay(this.#untilTickMs(), undefined, { ref: this.#isStopped });
      this.#toldAtMs = Date.now();
      const versions = this.#versions;
      const words = this.#words;
      // Not emptied: V8 keeps what such a table held until the next full collection.
      this.#versions = new Map();
      this.#words = [];
      try {
        await this.#tell([...messagesOf(versions), ...words]);
      } catch {
        if (this.#isStopped) return;
        for (const [wallet, version] of versions) this.#note(wallet, version);
        for (const word of words) this.#say(word);
        await delay(RETRY_AFTER_MS, undefined, { ref: false });
      }
    }
  }

  #untilTickMs(): number {
    const now = Date.now();
    const untilTickMs = TICK_MS - (now % TICK_MS);
    // A timer may be early by a part of a millisecond, and its tick was told then.
    const isTold = now + untilTickMs - this.#toldAtMs < TICK_MS / 2;
    return isTold ? untilTickMs + TICK_MS : untilTickMs;
  }

  async #tell(messages: Message[]): Promise<void> {
    const values = [messages.map(([channel]) => channel), messages.map(([, payload]) => payload)];
    await this.pool.query({ ...(this.isPooled ? { text: TELL.text } : TELL), values });
  }
}

function messagesOf(versions: ReadonlyMap<number, number>): Message[] {
  // Not by an object: V8 takes longer to make one of such keys than to put a charge's operation in words.
  const changes = Array.from(versions, ([wallet, version]) => `"${wallet}":${version}`);
  const messages: Message[] = [];
  for (let from = 0; from < changes.length; from += WALLETS_IN_ONE) {
    messages.push([WALLETS_CHANNEL, `{${changes.slice(from, from + WALLETS_IN_ONE).join(',')}}`]);
  }
  return messages;
}
