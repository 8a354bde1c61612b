import { Logger, type OnApplicationShutdown } from '@nestjs/common';
import {
  HoldAlreadyResolvedError,
  HoldExpiredError,
  HoldTakenOverError,
  UnknownHoldError,
} from '../credits.errors.js';

export interface Kept {
  holdId: string;
  /** Somebody else's, once it was taken over: then it is kept no more. */
  owner?: string;
}

/** What the keeper wants of CreditsService. */
interface Extends {
  readonly holdTtlSeconds: number;
  extend(input: Kept): Promise<unknown>;
}

/**
 * Keeps holds alive while their work runs: each is extended three times in its lifetime, so two attempts may
 * fail before it is lost. A process that dies stops doing so, and its holds expire.
 */
export class HoldKeeper implements OnApplicationShutdown {
  readonly #holds = new Map<string, Kept>();
  readonly #logger = new Logger('Credits');
  #timer: NodeJS.Timeout | undefined;

  constructor(private readonly credits: Extends) {}

  keep(kept: Kept): void {
    this.#holds.set(kept.holdId, kept);
    this.#timer ??= setInterval(
      () => void this.extendAll(),
      (this.credits.holdTtlSeconds * 1000) / 3,
    ).unref();
  }

  drop(holdId: string): void {
    this.#holds.delete(holdId);
    if (this.#holds.size === 0) this.onApplicationShutdown();
  }

  /** Holds being kept alive. */
  get size(): number {
    return this.#holds.size;
  }

  get kept(): Iterable<Kept> {
    return this.#holds.values();
  }

  async extendAll(): Promise<void> {
    await Promise.all([...this.#holds.values()].map((kept) => this.#extend(kept)));
  }

  async #extend(kept: Kept): Promise<void> {
    try {
      await this.credits.extend(kept);
    } catch (error) {
      if (this.#isOver(error)) this.#dropMine(kept);
      else this.#logger.warn(`hold ${kept.holdId} could not be kept alive this time: ${String(error)}`);
    }
  }

  /** Unless it was taken over within this process. */
  #dropMine(kept: Kept): void {
    if (this.#holds.get(kept.holdId) === kept) this.drop(kept.holdId);
  }

  #isOver(error: unknown): boolean {
    return [HoldAlreadyResolvedError, HoldExpiredError, HoldTakenOverError, UnknownHoldError].some(
      (kind) => error instanceof kind,
    );
  }

  onApplicationShutdown(): void {
    clearInterval(this.#timer);
    this.#timer = undefined;
  }
}
