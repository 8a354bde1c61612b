import { Module } from '@nestjs/common';
import { AccountModule } from '../account/account.module.js';
import { OperatorModule } from '../credits/operator/index.js';
import { LibraryModule } from '../library/library.module.js';
import { PaymentsModule } from '../payments/index.js';
import { ActsController } from './acts.controller.js';
import { BooksController } from './books.controller.js';
import { Erasure } from './erasure.service.js';
import { EventsController } from './events.controller.js';
import { GiftsController } from './gifts.controller.js';
import { AdminPurchasesController } from './purchases.controller.js';
import { WalletsController } from './wallets.controller.js';

/** What operators do, for their routes and for the command line alike. */
@Module({
  imports: [AccountModule, LibraryModule, OperatorModule, PaymentsModule],
  controllers: [
    ActsController,
    AdminPurchasesController,
    BooksController,
    EventsController,
    GiftsController,
    WalletsController,
  ],
  providers: [Erasure],
  exports: [Erasure, OperatorModule],
})
export class AdminModule {}
