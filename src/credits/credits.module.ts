import { Module, type DynamicModule, type Provider } from '@nestjs/common';
import { DiscoveryModule, ModulesContainer } from '@nestjs/core';
import { checkedOptions, requireOne } from './checked-options.js';
import { CREDITS_OPTIONS, type CreditsAsyncOptions, type CreditsOptions } from './credits.options.js';
import { CreditsService } from './credits.service.js';
import { databaseOf } from './database/database-of.js';
import { Admission } from './gate/admission.js';
import { Couriers } from './events/couriers.js';
import { ExpiryNotices } from './events/expiry-notices.js';
import { EventHandlers } from './events/handlers.js';
import { Outbox } from './events/outbox.js';
import { Answers } from './gate/answers.js';
import { CreditsGuard } from './gate/credits.guard.js';
import { CreditsInterceptor } from './gate/credits.interceptor.js';
import { Failures } from './gate/failures.js';
import { MisplacedGates } from './gate/misplaced-gates.js';
import { OpenEndings } from './gate/open-endings.js';
import { PricedEndpoints } from './gate/priced-endpoints.js';
import { LedgerConnection } from './ledger-connection.js';
import { LedgerDatabase } from './database/ledger-database.js';
import { Ledger } from './ledger/ledger.js';
import { PriceList } from './price-list.js';
import { ErasedPeople } from './reads/erased-people.js';
import { Statements } from './reads/statements.js';
import { HoldKeeper } from './upkeep/hold-keeper.js';
import { Sweeper } from './upkeep/sweeper.js';
import { CreditsVitals } from './vitals.js';
import { WalletChanges } from './wallet-changes.js';

const DEFAULT_HOLD_TTL_SECONDS = 60;
const GIVEN_OPTIONS = Symbol('given options');

const providers: Provider[] = [
  {
    provide: PriceList,
    inject: [CREDITS_OPTIONS],
    useFactory: ({ prices }: CreditsOptions) => new PriceList(prices),
  },
  {
    provide: LedgerConnection,
    inject: [CREDITS_OPTIONS],
    useFactory: (options: CreditsOptions) => LedgerConnection.open(databaseOf(options), options),
  },
  {
    provide: LedgerDatabase,
    inject: [LedgerConnection],
    useFactory: ({ host }: LedgerConnection) => new LedgerDatabase(host),
  },
  {
    provide: ErasedPeople,
    inject: [LedgerDatabase],
    useFactory: (database: LedgerDatabase) => new ErasedPeople(database),
  },
  {
    provide: Ledger,
    inject: [LedgerConnection],
    useFactory: ({ pool, isPooled, announcer }: LedgerConnection) =>
      new Ledger(pool, {}, 'credits', isPooled, announcer),
  },
  {
    provide: WalletChanges,
    inject: [LedgerConnection],
    useFactory: ({ host, announcer }: LedgerConnection) => new WalletChanges(host, announcer),
  },
  {
    provide: CreditsService,
    inject: [Ledger, LedgerDatabase, CREDITS_OPTIONS, PriceList, WalletChanges],
    useFactory: (
      ledger: Ledger,
      database: LedgerDatabase,
      { holdTtlSeconds = DEFAULT_HOLD_TTL_SECONDS, tracer }: CreditsOptions,
      prices: PriceList,
      changes: WalletChanges,
    ) => new CreditsService(ledger, database, prices, holdTtlSeconds, changes, undefined, tracer),
  },
  {
    provide: Sweeper,
    inject: [LedgerConnection, Ledger, CREDITS_OPTIONS],
    useFactory: ({ pool }: LedgerConnection, ledger: Ledger, options: CreditsOptions) =>
      new Sweeper(pool, ledger, options),
  },
  {
    provide: Answers,
    inject: [LedgerDatabase],
    useFactory: (database: LedgerDatabase) => new Answers(database),
  },
  {
    provide: CreditsVitals,
    inject: [Ledger, LedgerConnection, HoldKeeper, Sweeper, CreditsService, Couriers],
    useFactory: (
      ledger: Ledger,
      connection: LedgerConnection,
      keeper: HoldKeeper,
      sweeper: Sweeper,
      { heldPrices }: CreditsService,
      couriers: Couriers,
    ) => new CreditsVitals(ledger, connection, keeper, sweeper, heldPrices, couriers),
  },
  { provide: HoldKeeper, inject: [CreditsService], useFactory: ({ keeper }: CreditsService) => keeper },
  {
    provide: OpenEndings,
    inject: [LedgerConnection],
    useFactory: (connection: LedgerConnection) => {
      const open = new OpenEndings();
      connection.beforeEnd(() => open.close());
      return open;
    },
  },
  {
    provide: Outbox,
    inject: [LedgerDatabase],
    useFactory: (database: LedgerDatabase) => new Outbox(database),
  },
  {
    provide: ExpiryNotices,
    inject: [LedgerDatabase],
    useFactory: (database: LedgerDatabase) => new ExpiryNotices(database),
  },
  {
    provide: Couriers,
    inject: [LedgerDatabase, EventHandlers, ExpiryNotices, CREDITS_OPTIONS],
    useFactory: (
      database: LedgerDatabase,
      handlers: EventHandlers,
      notices: ExpiryNotices,
      { events = {} }: CreditsOptions,
    ) => new Couriers(database, handlers, notices, events),
  },
  EventHandlers,
  Admission,
  Failures,
  CreditsGuard,
  CreditsInterceptor,
  PricedEndpoints,
  MisplacedGates,
  Statements,
];

/**
 * The credit system for a Nest app: the injectable CreditsService and what RequireCredits needs. Global, so a
 * feature needs the decorator and nothing else.
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
            return checkedOptions(given);
          },
        },
        ...providers,
      ],
      exports: [
        Admission,
        Answers,
        CREDITS_OPTIONS,
        CreditsService,
        CreditsGuard,
        CreditsInterceptor,
        CreditsVitals,
        ErasedPeople,
        Failures,
        HoldKeeper,
        LedgerConnection,
        LedgerDatabase,
        OpenEndings,
        Outbox,
        PriceList,
        Statements,
        WalletChanges,
      ],
    };
  }
}
