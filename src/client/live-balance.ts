import { readEvents } from './events.js';
import { backOff, isOffline, pause, whenOffline } from './pause.js';
import { Unreachable } from './problem.js';
import type { Balance, Changes, Charge } from './types.js';

/** The server sends something every 15 s; after this much silence the connection counts as lost. */
const SILENCE_LIMIT_MS = 40_000;
const LONGEST_PAUSE_MS = 15_000;
/** If a connection lasted less than this, the pause before the next one goes on growing. */
const LASTING_MS = 10_000;

/**
 * loading: not known yet. live: every change arrives. stale: may be out of date, or could not be read yet.
 * offline: the server cannot be reached.
 */
export type Connection = 'loading' | 'live' | 'stale' | 'offline';

export interface ShownBalance {
  /** null: unknown, which is not zero. */
  known: Balance | null;
  connection: Connection;
}

/** Opens the event stream of the balance. */
export type OpenLine = (signal: AbortSignal) => Promise<Response>;

/** Receives the rows that changed, along with the balance. */
export interface ChangeListener {
  /** A stream begins, with the wallet at this version. */
  startFrom(version: number): void;
  hear(changes: Changes): void;
}

const UNKNOWN: ShownBalance = { known: null, connection: 'loading' };

/**
 * The latest known balance, from the event stream and from every answer that states a balance. The highest version wins,
 * not the last to arrive.
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

  /** Goes up with `forget`: answers to requests of an earlier turn belong to another user and are not shown. */
  get turn(): number {
    return this.#turn;
  }

  /** Calls the listener with every change. Returns a function that ends this. */
  watch(listener: (shown: ShownBalance) => void): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  /** The highest version that an answer has named: nothing older may be shown. */
  get floor(): number {
    return this.#floor;
  }

  /** Keeps the balance live over one stream, shared by all followers. Returns a function that ends this. */
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

  /** Shows the balance that a paid answer states; it is often the first to. */
  showCharge({ available, held, balance, version }: Charge, turn = this.#turn): void {
    const { known } = this.#shown;
    // The stream has told more about a version that is known already.
    if (known !== null && version <= known.version) return;
    const { low = false, owed = 0, nextExpiryAt = null, nextRefill = null } = known ?? {};
    this.show({ available, held, balance, owed, version, low, nextExpiryAt, nextRefill }, turn);
  }

  /** A refusal names the version it was decided at, without the whole balance. */
  notBefore(version: number, turn = this.#turn): void {
    if (turn === this.#turn) this.#floor = Math.max(this.#floor, version);
  }

  /** Forgets the balance: another user is signed in. */
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

  /** Reads one stream to its end. */
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
