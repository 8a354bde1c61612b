import { Inject, Injectable, Logger, type OnModuleDestroy, type OnModuleInit } from '@nestjs/common';
import { troubleOf } from '../credits/index.js';
import { Recurring, walletHash } from '../credits/plumbing.js';
import type { EventStream } from './event-stream.js';
import { HISTORY, type LedgerHistory } from './history.js';
import type { Listener } from './listener.js';
import { ShownBalances } from './shown-balances.js';

const HEARTBEAT_EVERY_MS = 15_000;
const RETRY_AFTER_MS = 1_000;
/** Enough for a page in each of a few tabs; with more, the oldest stream ends. */
const MOST_STREAMS_OF_A_USER = 5;
/** Node's longest timer, 24 days: a stream lasts no longer, whatever its token says. */
const LONGEST_TIMER_MS = 2 ** 31 - 1;
/** Limits reads at once: if every wallet changes, requests still need database connections. */
const READS_AT_ONCE = 4;

/**
 * All listening clients, each for as long as its token is valid and its user exists. A user's change is read once for
 * all of that user's clients, one read at a time, so no client sees an older balance after a newer one; changes that
 * come meanwhile cause one more read. The balance is sent first. The rows that changed with it, for clients that want
 * them, are read after it.
 */
@Injectable()
export class BalanceStreams implements OnModuleInit, OnModuleDestroy {
  /** Each user's streams, oldest first. */
  readonly #streams = new Map<string, Map<EventStream, Listener>>();
  /** By wallet hash, which is how changes are announced. */
  readonly #users = new Map<number, Set<string>>();
  readonly #toRead = new Set<string>();
  readonly #reading = new Set<string>();
  readonly #logger = new Logger('Credits');
  readonly #heartbeat = new Recurring(
    () => this.beat(),
    HEARTBEAT_EVERY_MS,
    (error) => this.#logger.warn(`streams wait for their next sign of life: ${String(error)}`),
  );
  #isOver = false;

  constructor(
    private readonly balances: ShownBalances,
    @Inject(HISTORY) private readonly history: LedgerHistory,
  ) {}

  onModuleInit(): void {
    this.balances.signal.subscribe((wallet) => {
      const changed = wallet === undefined ? this.#streams.keys() : (this.#users.get(wallet) ?? []);
      for (const user of changed) this.#readAgain(user);
    });
    this.#heartbeat.start();
  }

  /** The server waits for its last client, so the streams end before it closes. */
  onModuleDestroy(): void {
    this.#isOver = true;
    void this.#heartbeat.stop();
    for (const [stream] of this.#all()) stream.end();
  }

  get size(): number {
    return [...this.#all()].length;
  }

  add(userId: string, stream: EventStream, listener: Listener): void {
    if (this.#isOver) return stream.end();
    const streams = this.#streams.get(userId) ?? new Map<EventStream, Listener>();
    this.#streams.set(userId, streams.set(stream, listener));
    const lastsMs = Math.min(listener.untilMs - Date.now(), LONGEST_TIMER_MS);
    const end = setTimeout(() => stream.end(), lastsMs).unref();
    stream.onClose(() => {
      clearTimeout(end);
      this.#remove(userId, stream);
    });
    if (streams.size > MOST_STREAMS_OF_A_USER) this.#end(userId, streams.keys().next().value!);
    const wallet = walletHash(userId);
    this.#users.set(wallet, (this.#users.get(wallet) ?? new Set()).add(userId));
    // Changes since its first balance was read were announced before it was listed.
    this.#readAgain(userId);
  }

  /** Sends a sign of life to clients that would still be let in. */
  async beat(): Promise<void> {
    for (const [stream, listener] of [...this.#all()]) {
      if (await listener.isStillGood()) stream.beat();
      else stream.end();
    }
  }

  /** It no longer counts, even if its client is slow to see the end. */
  #end(userId: string, stream: EventStream): void {
    this.#remove(userId, stream);
    stream.end();
  }

  #remove(userId: string, stream: EventStream): void {
    const streams = this.#streams.get(userId);
    streams?.delete(stream);
    if (streams?.size !== 0) return;
    this.#streams.delete(userId);
    const wallet = walletHash(userId);
    const users = this.#users.get(wallet);
    users?.delete(userId);
    if (users?.size === 0) this.#users.delete(wallet);
  }

  #readAgain(userId: string): void {
    if (!this.#streams.has(userId)) return;
    this.#toRead.add(userId);
    this.#readNext();
  }

  #readNext(): void {
    for (const userId of this.#toRead) {
      if (this.#reading.size >= READS_AT_ONCE) return;
      if (this.#reading.has(userId)) continue;
      this.#toRead.delete(userId);
      this.#reading.add(userId);
      void this.#show(userId);
    }
  }

  async #show(userId: string): Promise<void> {
    try {
      const shown = await this.balances.display.read(userId);
      for (const stream of [...(this.#streams.get(userId)?.keys() ?? [])]) {
        // Versions only rise, so a lower one belongs to another wallet: the former user was erased.
        if (shown.version < stream.version) this.#end(userId, stream);
        else stream.send(shown);
      }
      await this.#tellChanges(userId, shown.version);
    } catch (error) {
      const level = troubleOf(error) === undefined ? 'error' : 'debug';
      this.#logger[level](`a balance could not be streamed yet: ${String(error)}`);
      setTimeout(() => this.#readAgain(userId), RETRY_AFTER_MS).unref();
    } finally {
      this.#reading.delete(userId);
      this.#readNext();
    }
  }

  async #tellChanges(userId: string, version: number): Promise<void> {
    const behind = [...(this.#streams.get(userId)?.keys() ?? [])].filter(
      ({ changesUpTo = version }) => changesUpTo < version,
    );
    if (behind.length === 0) return;
    const from = Math.min(...behind.map(({ changesUpTo }) => changesUpTo!));
    const changes = await this.history.changes(userId, from, version);
    for (const stream of behind) stream.sendChanges(changes);
  }

  *#all(): Generator<[EventStream, Listener]> {
    for (const streams of this.#streams.values()) yield* streams;
  }
}
