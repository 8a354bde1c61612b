import { Logger, type OnApplicationShutdown } from '@nestjs/common';
import { HoldAlreadyResolvedError, HoldExpiredError, UnknownHoldError } from '../credits.errors.js';

/** What the keeper wants of CreditsService. */
interface Extends {
  readonly holdTtlSeconds: number;
  extend(input: { holdId: string }): Promise<unknown>;
}

/**
 * Keeps holds alive while their work runs: each is extended three times in its lifetime, so two attempts may
 * fail before it is lost. A process that dies stops doing so, and its holds expire.
 */
export class HoldKeeper implements OnApplicationShutdown {
  readonly #holds = new Set<string>();
  readonly #logger = new Logger('Credits');
  #timer: NodeJS.Timeout | undefined;

  constructor(private readonly credits: Extends) {}

  keep(holdId: string): void {
    this.#holds.add(holdId);
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

  async extendAll(): Promise<void> {
    await Promise.all([...this.#holds].map((holdId) => this.#extend(holdId)));
  }

  async #extend(holdId: string): Promise<void> {
    try {
      await this.credits.extend({ holdId });
    } catch (error) {
      if (this.#isOver(error)) this.drop(holdId);
      else this.#logger.warn(`hold ${holdId} could not be kept alive this time: ${String(error)}`);
    }
  }

  #isOver(error: unknown): boolean {
    return [HoldAlreadyResolvedError, HoldExpiredError, UnknownHoldError].some(
      (kind) => error instanceof kind,
    );
  }

  onApplicationShutdown(): void {
    clearInterval(this.#timer);
    this.#timer = undefined;
  }
}
