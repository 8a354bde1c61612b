import { Module } from '@nestjs/common';
import { APP_GUARD } from '@nestjs/core';
import { BalanceAtHand } from './balance-at-hand.js';
import { FormerUsers } from './former-users.js';
import { ProductReads } from './product-reads.js';
import { SignupGuard } from './signup.guard.js';

/** A user's own routes, and the grants for new users. Its guard comes after those of HttpModule. */
@Module({
  imports: [ProductReads],
  providers: [BalanceAtHand, FormerUsers, SignupGuard, { provide: APP_GUARD, useExisting: SignupGuard }],
  exports: [FormerUsers],
})
export class AccountModule {}
