import { GONE, UNSURE } from '../credits/plumbing.js';

/** Whoever says nothing for so long may have died between a commit and its announcement. Beats come twice a second. */
const SILENT_AFTER_MS = 1_700;

/** In the place of those that were there before this listener and have not been heard yet. */
const NOT_HEARD_YET = '';

/**
 * Who changes wallets in this database: every process says so of itself, twice a second and never ahead of what it has to
 * announce. So copies may be shown for as long as everybody was heard lately, this process's own words among them: a
 * pooler accepts LISTEN and answers every heartbeat, and yet nothing is ever heard; another server might answer, too.
 *
 * Times are those of `performance.now()`.
 */
export class Writers {
  readonly #heardAtMs = new Map<string, number>();
  #ownHeardAtMs = 0;

  constructor(private readonly ownId: string) {}

  /** Nothing that was heard before counts. */
  beginAnew(nowMs: number): void {
    this.#heardAtMs.clear();
    this.#heardAtMs.set(NOT_HEARD_YET, nowMs);
  }

  /** Whether somebody says that a transaction of theirs may end without a word. */
  hear(payload: string, nowMs: number): boolean {
    const [id = '', word] = payload.split(' ');
    if (word === UNSURE) return true;
    if (word === GONE) this.#heardAtMs.delete(id);
    else this.#heardAtMs.set(id, nowMs);
    if (id === this.ownId) this.#ownHeardAtMs = nowMs;
    return false;
  }

  /** Forget those that have been silent for too long; whether there were any. */
  dropSilent(nowMs: number): boolean {
    const silent = [...this.#heardAtMs].filter(([, heardAtMs]) => heardAtMs + SILENT_AFTER_MS <= nowMs);
    for (const [id] of silent) this.#heardAtMs.delete(id);
    return silent.length > 0;
  }

  /** Until when nothing can have gone unannounced; in the past where this process does not hear itself. */
  get trustedUntilMs(): number {
    if (!this.#heardAtMs.has(this.ownId)) return 0;
    return Math.min(...this.#heardAtMs.values()) + SILENT_AFTER_MS;
  }

  get ownHeardAtMs(): number {
    return this.#ownHeardAtMs;
  }
}
