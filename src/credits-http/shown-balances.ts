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
import { LedgerConnection } from '../credits/plumbing.js';
import { CREDITS_HTTP_OPTIONS, type CreditsHttpOptions } from './credits-http.options.js';

const LOW_BALANCE_CREDITS = 20;

/** Balances for showing: where the host has CreditsDisplayModule they are its own, perhaps copies. */
@Injectable()
export class ShownBalances implements OnModuleInit, OnModuleDestroy, OnApplicationShutdown {
  readonly display: BalanceDisplay;
  readonly signal: WalletSignal;
  readonly #listener: UncachedDisplay['listener'];

  constructor(
    credits: CreditsService,
    connection: LedgerConnection,
    @Inject(CREDITS_HTTP_OPTIONS) { lowBalanceCredits = LOW_BALANCE_CREDITS }: CreditsHttpOptions,
    @Optional() display?: BalanceDisplay,
    @Optional() signal?: WalletSignal,
  ) {
    const hosts = display && signal && { display, signal, listener: undefined };
    const used = hosts ?? uncachedDisplay(credits, connection, lowBalanceCredits);
    [this.display, this.signal, this.#listener] = [used.display, used.signal, used.listener];
  }

  onModuleInit(): void {
    this.#listener?.onModuleInit();
  }

  onModuleDestroy(): void {
    this.#listener?.onModuleDestroy();
  }

  async onApplicationShutdown(): Promise<void> {
    await this.#listener?.onApplicationShutdown();
  }
}
