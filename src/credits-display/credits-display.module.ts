import { CACHE_MANAGER, CacheModule } from '@nestjs/cache-manager';
import { Module } from '@nestjs/common';
import type { Cache } from 'cache-manager';
import { Environment } from '../config/environment.js';
import { CreditsService, LedgerConnection } from '../credits/index.js';
import { DisplayVitals } from './display-vitals.js';
import { Fence } from './fence.js';
import { WalletListener } from './listener.js';
import { BalanceDisplay } from './reader.js';
import { WalletSignal } from './signal.js';
import { BalanceStore, keepingIn } from './store.js';

@Module({
  providers: [
    Fence,
    { provide: BalanceStore, inject: [Fence], useFactory: (fence: Fence) => new BalanceStore(fence) },
  ],
  exports: [Fence, BalanceStore],
})
class CopiesModule {}

/**
 * Balances for showing: the only module that knows a cache exists. CACHE_MANAGER stays in here, so nobody who
 * decides about credits can ask for it: such an application would not start.
 */
@Module({
  imports: [
    CopiesModule,
    CacheModule.registerAsync({
      imports: [CopiesModule],
      inject: [BalanceStore],
      useFactory: keepingIn,
    }),
  ],
  providers: [
    WalletSignal,
    DisplayVitals,
    {
      provide: BalanceDisplay,
      inject: [
        CreditsService,
        LedgerConnection,
        CACHE_MANAGER,
        BalanceStore,
        Fence,
        WalletSignal,
        Environment,
      ],
      useFactory: (
        credits: CreditsService,
        { host }: LedgerConnection,
        cache: Cache,
        store: BalanceStore,
        fence: Fence,
        signal: WalletSignal,
        { displayCacheTtlSeconds: ttlSeconds, lowBalanceCredits, logLevel }: Environment,
      ) =>
        new BalanceDisplay(credits, host, cache, store, fence, signal, {
          ttlSeconds,
          lowBalanceCredits,
          logsCopies: ['debug', 'trace'].includes(logLevel),
        }),
    },
    {
      provide: WalletListener,
      inject: [LedgerConnection, BalanceDisplay, Fence],
      useFactory: ({ pool }: LedgerConnection, display: BalanceDisplay, fence: Fence) =>
        new WalletListener(pool.options, display, fence),
    },
  ],
  exports: [BalanceDisplay, DisplayVitals, WalletSignal],
})
export class CreditsDisplayModule {}
