import { CACHE_MANAGER, CacheModule } from '@nestjs/cache-manager';
import { Module, type DynamicModule, type FactoryProvider, type ModuleMetadata } from '@nestjs/common';
import type { Cache } from 'cache-manager';
import { CreditsService } from '../credits/index.js';
import { Groups } from '../credits/plumbing.js';
import { DisplayVitals } from './display-vitals.js';
import { Ears } from './ears.js';
import { Fence } from './fence.js';
import { keepingIn } from './keeping-in.js';
import { BalanceDisplay, type DisplayOptions } from './reader.js';
import { WalletSignal } from './signal.js';
import { BalanceStore } from './store.js';

const DISPLAY_OPTIONS = Symbol('display options');
const DEFAULTS: DisplayOptions = { ttlSeconds: 300, lowBalanceCredits: 20 };

export interface DisplayAsyncOptions extends Pick<ModuleMetadata, 'imports'> {
  inject?: FactoryProvider['inject'];
  useFactory: (...dependencies: never[]) => Partial<DisplayOptions>;
}

@Module({
  providers: [
    Fence,
    { provide: BalanceStore, inject: [Fence], useFactory: (fence: Fence) => new BalanceStore(fence) },
  ],
  exports: [Fence, BalanceStore],
})
class CopiesModule {}

/**
 * Cached balances, for display only: BalanceDisplay. The cache is not exported, so code that decides about credits cannot
 * inject it: such an application would not start. The module is global; import it once.
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
      inject: [CreditsService, CACHE_MANAGER, BalanceStore, Fence, WalletSignal, DISPLAY_OPTIONS, Ears],
      useFactory: (
        credits: CreditsService,
        cache: Cache,
        store: BalanceStore,
        fence: Fence,
        signal: WalletSignal,
        options: Partial<DisplayOptions>,
        ears: Ears,
      ) => {
        const all = { ...DEFAULTS, ...options };
        const display = new BalanceDisplay(credits, cache, store, fence, signal, all, (userId) =>
          ears.of(userId),
        );
        ears.tell(display);
        return display;
      },
    },
    {
      provide: Ears,
      inject: [Groups, Fence],
      useFactory: (groups: Groups, fence: Fence) => new Ears(groups, fence),
    },
  ],
  exports: [BalanceDisplay, DisplayVitals, WalletSignal],
})
export class CreditsDisplayModule {
  static forRoot(options: Partial<DisplayOptions> = {}): DynamicModule {
    return CreditsDisplayModule.forRootAsync({ useFactory: () => options });
  }

  static forRootAsync({ imports = [], inject = [], useFactory }: DisplayAsyncOptions): DynamicModule {
    return {
      module: CreditsDisplayModule,
      global: true,
      imports,
      providers: [{ provide: DISPLAY_OPTIONS, inject, useFactory }],
    };
  }
}
