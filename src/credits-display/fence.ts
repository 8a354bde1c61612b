import { walletHash } from '../credits/plumbing.js';

/** Wraps at 2^20 so that a ticket stays a safe integer; no read outlives a million global invalidations. */
const EPOCHS = 2 ** 20;

/**
 * Stands between the database and every copy of a balance.
 *
 * generation  one of 65,536 counters, shared by the wallets that hash to it; raised when one of them
 *             changes. Sharing one costs a needless read, never a stale answer, and the memory is constant.
 * epoch       raised when anybody's wallet may have changed
 * ticket      generation and epoch in one number. A reader notes it before it reads; what it read may be kept or
 *             handed to others only while the ticket is current, so a late reader cannot bring an old value back.
 * trust       whether changes made elsewhere are being heard. Without it every read goes to the database. It runs
 *             out by itself: a process that was paused cannot show what it kept from before.
 */
export class Fence {
  readonly #generations = new Uint32Array(65_536);
  #epoch = 0;
  /** By ear: each hears of the changes on one server. */
  readonly #trustedUntilMs: number[] = [0];

  ticket(userId: string): number {
    return this.#epoch * 2 ** 32 + this.#generations[slotOf(walletHash(userId))]!;
  }

  isCurrent(userId: string, ticket: number): boolean {
    return this.ticket(userId) === ticket;
  }

  changed(wallet: number): void {
    this.#generations[slotOf(wallet)]! += 1;
  }

  everythingChanged(): void {
    this.#epoch = (this.#epoch + 1) % EPOCHS;
  }

  /** Times are those of `performance.now()`, which nobody can set. */
  isTrusted(nowMs: number, ear = 0): boolean {
    return nowMs < (this.#trustedUntilMs[ear] ?? 0);
  }

  /** On every server. */
  isTrustedAllOver(nowMs: number): boolean {
    return this.#trustedUntilMs.every((timeMs) => nowMs < timeMs);
  }

  trustUntil(timeMs: number, ear = 0): void {
    this.#trustedUntilMs[ear] = timeMs;
  }

  distrust(ear = 0): void {
    this.#trustedUntilMs[ear] = 0;
  }
}

function slotOf(wallet: number): number {
  return (wallet ^ (wallet >>> 16)) & 0xffff;
}
