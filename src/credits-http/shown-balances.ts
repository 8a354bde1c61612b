import {
  Inject,
  Injectable,
  Optional,
  type OnApplicationShutdown,
  type OnModuleDestroy,
  type OnModuleInit,
} from '@nestjs/common';
import { BalanceDisplay } from '../credits-display/reader.js';
import { WalletSignal } from '../credits-display/signal.js';
import { uncachedDisplay, type UncachedDisplay } from '../credits-display/uncached.js';
import { CreditsService } from '../credits/index.js';
import { Groups } from '../credits/plumbing.js';
import { CREDITS_HTTP_OPTIONS, type CreditsHttpOptions } from './credits-http.options.js';

const LOW_BALANCE_CREDITS = 20;

/** Balances for showing: where the host has CreditsDisplayModule they are its own, perhaps copies. */
@Injectable()
export class ShownBalances implements OnModuleInit, OnModuleDestroy, OnApplicationShutdown {
  readonly display: BalanceDisplay;
  readonly signal: WalletSignal;
  readonly #ears: UncachedDisplay['ears'] | undefined;

  constructor(
    credits: CreditsService,
    groups: Groups,
    @Inject(CREDITS_HTTP_OPTIONS) { lowBalanceCredits = LOW_BALANCE_CREDITS }: CreditsHttpOptions,
    @Optional() display?: BalanceDisplay,
    @Optional() signal?: WalletSignal,
  ) {
    const hosts = display && signal && { display, signal, ears: undefined };
    const used = hosts ?? uncachedDisplay(credits, groups, lowBalanceCredits);
    [this.display, this.signal, this.#ears] = [used.display, used.signal, used.ears];
  }

  onModuleInit(): void {
    this.#ears?.onModuleInit();
  }

  onModuleDestroy(): void {
    this.#ears?.onModuleDestroy();
  }

  async onApplicationShutdown(): Promise<void> {
    await this.#ears?.onApplicationShutdown();
  }
}
