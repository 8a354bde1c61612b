import { Module } from '@nestjs/common';
import { APP_GUARD } from '@nestjs/core';
import { BalanceAtHand } from './balance-at-hand.js';
import { ArtefactsModule } from '../library/artefacts.module.js';
import { BalanceController } from './balance.controller.js';
import { BalanceStreams } from './balance-streams.js';
import { FormerUsers } from './former-users.js';
import { History } from './history.js';
import { PricesController } from './prices.controller.js';
import { SignupGuard } from './signup.guard.js';
import { StatementsController } from './statements.controller.js';

/** A user's own routes, and the grant that welcomes new users. Its guard comes after those of HttpModule. */
@Module({
  imports: [ArtefactsModule],
  controllers: [BalanceController, PricesController, StatementsController],
  providers: [
    BalanceAtHand,
    BalanceStreams,
    FormerUsers,
    History,
    SignupGuard,
    { provide: APP_GUARD, useExisting: SignupGuard },
  ],
  exports: [FormerUsers],
})
export class AccountModule {}
