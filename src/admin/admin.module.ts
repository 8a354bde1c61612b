import { Module } from '@nestjs/common';
import { AccountModule } from '../account/account.module.js';
import { HistoryModule } from '../account/product-reads.js';
import { OperatorModule } from '../credits/operator/index.js';
import { ArtefactsModule } from '../library/artefacts.module.js';
import { LibraryModule } from '../library/library.module.js';
import { PaymentsModule } from '../payments/index.js';
import { ActsController } from './acts.controller.js';
import { BooksController } from './books.controller.js';
import { EntriesCsv } from './entries-csv.service.js';
import { Erasure } from './erasure.service.js';
import { EntriesController } from './entries.controller.js';
import { Finder } from './finder.service.js';
import { EventsController } from './events.controller.js';
import { GiftsController } from './gifts.controller.js';
import { AdminPurchasesController } from './purchases.controller.js';
import { WalletsController } from './wallets.controller.js';

/** What operators do, for their routes and for the command line alike. */
@Module({
  imports: [AccountModule, HistoryModule, ArtefactsModule, LibraryModule, OperatorModule, PaymentsModule],
  controllers: [
    ActsController,
    AdminPurchasesController,
    BooksController,
    EntriesController,
    EventsController,
    GiftsController,
    WalletsController,
  ],
  providers: [EntriesCsv, Erasure, Finder],
  exports: [EntriesCsv, Erasure, Finder, OperatorModule],
})
export class AdminModule {}
