import { Module, type DynamicModule } from '@nestjs/common';
import { DiscoveryModule } from '@nestjs/core';
import { checkedOptions } from '../checked-options.js';
import { CREDITS_OPTIONS, DEFAULT_HOLD_TTL_SECONDS, type CreditsOptions } from '../credits.options.js';
import { CreditsService } from '../credits.service.js';
import { Answers } from '../gate/answers.js';
import { GATE, GATE_PROVIDERS } from '../gate/gate-providers.js';
import { OpenEndings } from '../gate/open-endings.js';
import { Groups } from '../groups.js';
import { PriceList } from '../price-list.js';
import { problemsAreAt } from '../problem-types.js';
import { ErasedPeople } from '../reads/erased-people.js';
import { Statements } from '../reads/statements.js';
import { HoldKeeper } from '../upkeep/hold-keeper.js';
import { WalletChanges } from '../wallet-changes.js';
import { MemoryAnswers } from './memory-answers.js';
import { connectionInMemory, nowhere } from './memory-host.js';
import { MemoryLedger } from './memory-ledger.js';
import { NEVER } from './glass.js';
import { MemoryStatements } from './memory-statements.js';
import { NobodyErased } from './nobody-erased.js';
import { TestCredits, type FailingVerb } from './test-credits.js';

/** The options of CreditsModule.forRoot, which need no database here. */
export interface CreditsTestingOptions extends CreditsOptions {
  /** How many credits each user has at the start. */
  wallets?: Readonly<Record<string, number>>;
}

/** Replaces whatever the options say about a database. */
const IN_MEMORY = {
  dataSource: undefined,
  servers: undefined,
  direct: undefined,
  groups: undefined,
  pool: {},
};

/** Instead of CreditsModule: the same providers over a ledger in memory, with nothing to install or to clean up. */
@Module({})
export class CreditsTestingModule {
  static forRoot({ wallets = {}, ...given }: CreditsTestingOptions): DynamicModule {
    const options = checkedOptions({ ...given, ...IN_MEMORY });
    problemsAreAt(options.problemsBase);
    const ledger = new MemoryLedger();
    for (const [userId, credits] of Object.entries(wallets)) {
      const wallet = ledger.walletOf(userId);
      if (credits > 0) wallet.model.grant(credits, { priority: 50, category: 'paid', expiresAt: NEVER });
      wallet.openedMs = ledger.clock.now;
      wallet.note({ verb: 'grant', reason: 'to begin with', actor: 'test' });
    }
    const connection = connectionInMemory();
    const prices = new PriceList(options.prices);
    const changes = new WalletChanges();
    changes.watch(connection.host);
    const groups = Groups.ofOne({ ledger, connection, database: nowhere });
    const credits = new TestCredits(
      ledger,
      prices,
      options.holdTtlSeconds ?? DEFAULT_HOLD_TTL_SECONDS,
      changes,
      groups,
      options.tracer,
    );
    const values: [token: unknown, value: object][] = [
      [CREDITS_OPTIONS, options],
      [Groups, groups],
      [PriceList, prices],
      [WalletChanges, changes],
      [CreditsService, credits],
      [TestCredits, credits],
      [Statements, new MemoryStatements(credits, ledger)],
      [ErasedPeople, new NobodyErased()],
      [HoldKeeper, credits.keeper],
      [Answers, new MemoryAnswers()],
      [OpenEndings, new OpenEndings()],
    ];
    const providers = [
      ...values.map(([provide, useValue]) => ({ provide: provide as never, useValue })),
      ...GATE_PROVIDERS,
    ];
    const exports = [...values.map(([token]) => token as never), ...GATE];
    return { module: CreditsTestingModule, global: true, imports: [DiscoveryModule], providers, exports };
  }

  constructor(private readonly credits: TestCredits) {}

  timeTravel(seconds: number): void {
    this.credits.timeTravel(seconds);
  }

  failNext(verb: FailingVerb, error?: Error): void {
    this.credits.failNext(verb, error);
  }

  expectCharged(userId: string, credits: number): void {
    this.credits.expectCharged(userId, credits);
  }

  expectNothingHeld(userId: string): void {
    this.credits.expectNothingHeld(userId);
  }
}
