import { readEvents } from './events.js';
import { backOff, isOffline, pause, whenOffline } from './pause.js';
import { Unreachable } from './problem.js';
import type { Balance, Changes, Charge } from './types.js';

/** The server says something every 15 s; after this much silence nobody is there. */
const SILENCE_LIMIT_MS = 40_000;
const LONGEST_PAUSE_MS = 15_000;
/** A line that broke sooner is no reason to come back at once. */
const LASTING_MS = 10_000;

/**
 * loading: not known yet. live: told of every change. stale: may be older than what is true, or could not be read so far.
 * offline: no server.
 */
export type Connection = 'loading' | 'live' | 'stale' | 'offline';

export interface ShownBalance {
  /** Null is unknown, which is not zero. */
  known: Balance | null;
  connection: Connection;
}

/** Opens a line on which the balance is told, to its end. */
export type OpenLine = (signal: AbortSignal) => Promise<Response>;

/** Told beside the balance what changed of the lists. */
export interface ChangeListener {
  /** A line begins, with the wallet at this version. */
  startFrom(version: number): void;
  hear(changes: Changes): void;
}

const UNKNOWN: ShownBalance = { known: null, connection: 'loading' };

/**
 * The balance as far as anybody has told it: events of the line, and every answer that says what it left. The highest
 * version wins, never the last to arrive.
 */
export class LiveBalance {
  #shown = UNKNOWN;
  #floor = 0;
  #turn = 0;
  #followers = 0;
  #stop = new AbortController();
  readonly #listeners = new Set<(shown: ShownBalance) => void>();

  constructor(
    private readonly open: OpenLine,
    private readonly changes?: ChangeListener,
  ) {}

  get(): ShownBalance {
    return this.#shown;
  }

  /** Goes up with `forget`: what was asked for in an earlier turn is somebody else's, and is not shown. */
  get turn(): number {
    return this.#turn;
  }

  /** Returns the way to stop. */
  watch(listener: (shown: ShownBalance) => void): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  /** The version that an answer has told of: nothing older may be shown. */
  get floor(): number {
    return this.#floor;
  }

  /** Keeps it live until everybody who asked for that has stopped: one line, however many they are. */
  follow(): () => void {
    this.#followers += 1;
    if (this.#followers === 1) {
      this.#stop = new AbortController();
      void this.#follow(this.#stop.signal);
    }
    let isFollowing = true;
    return () => {
      if (!isFollowing) return;
      isFollowing = false;
      this.#followers -= 1;
      if (this.#followers > 0) return;
      this.#stop.abort();
      if (this.#shown.known !== null) this.#mark('stale');
    };
  }

  show(next: Balance, turn = this.#turn): void {
    if (turn !== this.#turn || next.version < this.#floor) return;
    this.#floor = next.version;
    this.#set({ known: next, connection: this.#shown.connection });
  }

  /** A paid answer knows the balance too, and is often the first to. */
  showCharge({ available, held, balance, version }: Charge, turn = this.#turn): void {
    const { known } = this.#shown;
    // Of a version that is known the line has told more.
    if (known !== null && version <= known.version) return;
    const { low = false, owed = 0, nextExpiryAt = null, nextRefill = null } = known ?? {};
    this.show({ available, held, balance, owed, version, low, nextExpiryAt, nextRefill }, turn);
  }

  /** A refusal names the version it was decided at, without the whole balance. */
  notBefore(version: number, turn = this.#turn): void {
    if (turn === this.#turn) this.#floor = Math.max(this.#floor, version);
  }

  /** Somebody else is signed in. */
  forget(): void {
    this.#turn += 1;
    this.#floor = 0;
    this.#set(UNKNOWN);
  }

  async #follow(stop: AbortSignal): Promise<void> {
    let failures = 0;
    while (!stop.aborted) {
      const since = performance.now();
      try {
        await this.#listen(stop);
        this.#mark('stale');
      } catch (error) {
        if (stop.aborted) return;
        this.#mark(error instanceof Unreachable || isOffline() ? 'offline' : 'stale');
      }
      if (performance.now() - since > LASTING_MS) failures = 0;
      await pause(backOff(failures++, LONGEST_PAUSE_MS), stop);
    }
  }

  /** One line, to its end. */
  async #listen(stop: AbortSignal): Promise<void> {
    const line = new AbortController();
    let isNew = true;
    const hangUp = () => line.abort();
    let silence = setTimeout(hangUp, SILENCE_LIMIT_MS);
    stop.addEventListener('abort', hangUp, { signal: line.signal });
    whenOffline(hangUp, line.signal);
    try {
      await readEvents(
        await this.open(line.signal),
        ({ event, data }) => {
          if (stop.aborted) return;
          if (event === 'changes') return this.changes?.hear(JSON.parse(data) as Changes);
          if (event !== 'balance') return;
          const told = JSON.parse(data) as Balance;
          if (isNew) this.changes?.startFrom(told.version);
          isNew = false;
          this.show(told);
          this.#mark('live');
        },
        () => {
          clearTimeout(silence);
          silence = setTimeout(hangUp, SILENCE_LIMIT_MS);
        },
      );
    } finally {
      clearTimeout(silence);
      line.abort();
    }
  }

  #mark(connection: Connection): void {
    const { known } = this.#shown;
    this.#set({ known, connection });
  }

  #set(next: ShownBalance): void {
    const { known, connection } = this.#shown;
    if (next.known === known && next.connection === connection) return;
    this.#shown = next;
    for (const listener of this.#listeners) listener(next);
  }
}
