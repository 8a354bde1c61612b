import { Module, type DynamicModule, type Provider } from '@nestjs/common';
import { DiscoveryModule, ModulesContainer } from '@nestjs/core';
import { checkedOptions, requireOne } from './checked-options.js';
import {
  CREDITS_OPTIONS,
  DEFAULT_HOLD_TTL_SECONDS,
  type CreditsAsyncOptions,
  type CreditsOptions,
} from './credits.options.js';
import { CreditsService } from './credits.service.js';
import { Couriers } from './events/couriers.js';
import { ExpiryNotices } from './events/expiry-notices.js';
import { EventHandlers } from './events/handlers.js';
import { Outbox } from './events/outbox.js';
import { Answers } from './gate/answers.js';
import { GATE, GATE_PROVIDERS } from './gate/gate-providers.js';
import { OpenEndings } from './gate/open-endings.js';
import { Groups } from './groups.js';
import { openGroups } from './open-groups.js';
import { PriceList } from './price-list.js';
import { problemsAreAt } from './problem-types.js';
import { ErasedPeople } from './reads/erased-people.js';
import { Statements } from './reads/statements.js';
import { HoldKeeper } from './upkeep/hold-keeper.js';
import { Sweeper } from './upkeep/sweeper.js';
import { CreditsVitals } from './vitals.js';
import { WalletChanges } from './wallet-changes.js';

const GIVEN_OPTIONS = Symbol('given options');

const providers: Provider[] = [
  {
    provide: PriceList,
    inject: [CREDITS_OPTIONS],
    useFactory: ({ prices }: CreditsOptions) => new PriceList(prices),
  },
  {
    provide: Groups,
    inject: [CREDITS_OPTIONS],
    useFactory: (options: CreditsOptions) => openGroups(options),
  },
  {
    provide: ErasedPeople,
    inject: [Groups],
    useFactory: (groups: Groups) => ErasedPeople.inAll(groups),
  },
  {
    provide: WalletChanges,
    inject: [Groups],
    useFactory: (groups: Groups) => {
      const changes = new WalletChanges((userId) => groups.find(userId)?.connection.announcer);
      groups.forEach(({ connection }) => changes.watch(connection.host));
      return changes;
    },
  },
  {
    provide: CreditsService,
    inject: [Groups, CREDITS_OPTIONS, PriceList, WalletChanges],
    useFactory: (
      groups: Groups,
      { holdTtlSeconds = DEFAULT_HOLD_TTL_SECONDS, tracer }: CreditsOptions,
      prices: PriceList,
      changes: WalletChanges,
    ) => new CreditsService(groups, prices, holdTtlSeconds, changes, undefined, tracer),
  },
  {
    provide: Sweeper,
    inject: [Groups, CREDITS_OPTIONS],
    useFactory: (groups: Groups, options: CreditsOptions) => new Sweeper(groups, options),
  },
  { provide: Answers, inject: [Groups], useFactory: (groups: Groups) => new Answers(groups) },
  {
    provide: CreditsVitals,
    inject: [Groups, HoldKeeper, Sweeper, CreditsService, Couriers],
    useFactory: (
      groups: Groups,
      keeper: HoldKeeper,
      sweeper: Sweeper,
      { heldPrices }: CreditsService,
      couriers: Couriers,
    ) => new CreditsVitals(groups, keeper, sweeper, heldPrices, couriers),
  },
  { provide: HoldKeeper, inject: [CreditsService], useFactory: ({ keeper }: CreditsService) => keeper },
  {
    provide: OpenEndings,
    inject: [Groups],
    useFactory: (groups: Groups) => {
      const open = new OpenEndings();
      groups.beforeEnd(() => open.close());
      return open;
    },
  },
  { provide: Outbox, inject: [Groups], useFactory: (groups: Groups) => new Outbox(groups) },
  { provide: ExpiryNotices, inject: [Groups], useFactory: (groups: Groups) => new ExpiryNotices(groups) },
  {
    provide: Couriers,
    inject: [Groups, EventHandlers, ExpiryNotices, CREDITS_OPTIONS],
    useFactory: (
      groups: Groups,
      handlers: EventHandlers,
      notices: ExpiryNotices,
      { events = {} }: CreditsOptions,
    ) => new Couriers(groups, handlers, notices, events),
  },
  EventHandlers,
  ...GATE_PROVIDERS,
  Statements,
];

/**
 * The credit system of a Nest application: CreditsService, and what RequireCredits needs. It is global: import it once, in
 * the root module.
 */
@Module({})
export class CreditsModule {
  static forRoot(options: CreditsOptions): DynamicModule {
    return CreditsModule.forRootAsync({ useFactory: () => options });
  }

  static forRootAsync({ imports = [], inject = [], useFactory }: CreditsAsyncOptions): DynamicModule {
    return {
      module: CreditsModule,
      global: true,
      imports: [...imports, DiscoveryModule],
      providers: [
        { provide: GIVEN_OPTIONS, inject, useFactory },
        {
          provide: CREDITS_OPTIONS,
          inject: [GIVEN_OPTIONS, ModulesContainer],
          useFactory: (given: CreditsOptions, modules: ModulesContainer) => {
            requireOne(modules, CreditsModule);
            const options = checkedOptions(given);
            problemsAreAt(options.problemsBase);
            return options;
          },
        },
        ...providers,
      ],
      exports: [
        ...GATE,
        Answers,
        CREDITS_OPTIONS,
        CreditsService,
        CreditsVitals,
        ErasedPeople,
        Groups,
        HoldKeeper,
        OpenEndings,
        Outbox,
        PriceList,
        Statements,
        WalletChanges,
      ],
    };
  }
}
