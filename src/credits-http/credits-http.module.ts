import { Module, type DynamicModule } from '@nestjs/common';
import { CreditsService, Statements } from '../credits/index.js';
import { BalanceController } from './balance.controller.js';
import { BalanceStreams } from './balance-streams.js';
import {
  CREDITS_HTTP_OPTIONS,
  type CreditsHttpAsyncOptions,
  type CreditsHttpOptions,
} from './credits-http.options.js';
import { HISTORY, LedgerHistory } from './history.js';
import { PricesController } from './prices.controller.js';
import { Readers } from './readers.js';
import { ShownBalances } from './shown-balances.js';
import { StatementsController } from './statements.controller.js';

/**
 * Routes on which users read their own credits: the balance and its changes, prices, quotes, the history, holds, grants,
 * usage. The user is the one that `userOf` of CreditsModule returns; the host's own guards decide who gets in.
 */
@Module({
  controllers: [BalanceController, PricesController, StatementsController],
  providers: [
    { provide: CREDITS_HTTP_OPTIONS, useValue: {} },
    {
      provide: HISTORY,
      inject: [CREDITS_HTTP_OPTIONS, CreditsService, Statements],
      useFactory: ({ history }: CreditsHttpOptions, credits: CreditsService, statements: Statements) =>
        history ?? new LedgerHistory(credits, statements),
    },
    BalanceStreams,
    Readers,
    ShownBalances,
  ],
})
export class CreditsHttpModule {
  static forRoot(options: CreditsHttpOptions = {}): DynamicModule {
    return CreditsHttpModule.forRootAsync({ useFactory: () => options });
  }

  static forRootAsync({ imports = [], inject = [], useFactory }: CreditsHttpAsyncOptions): DynamicModule {
    return {
      module: CreditsHttpModule,
      imports,
      providers: [{ provide: CREDITS_HTTP_OPTIONS, inject, useFactory }],
    };
  }
}
