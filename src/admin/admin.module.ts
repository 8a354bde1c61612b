import { Module } from '@nestjs/common';
import { AccountModule } from '../account/account.module.js';
import { LibraryModule } from '../library/library.module.js';
import { ActsController } from './acts.controller.js';
import { BalanceImport } from './balance-import.js';
import { BooksController } from './books.controller.js';
import { Books } from './books.service.js';
import { Erasure } from './erasure.service.js';
import { GiftGiver } from './gift-giver.js';
import { GiftsController } from './gifts.controller.js';
import { Gifts } from './gifts.service.js';
import { Operator } from './operator.service.js';
import { WalletsController } from './wallets.controller.js';
import { Wallets } from './wallets.service.js';

const services = [BalanceImport, Books, Erasure, GiftGiver, Gifts, Operator, Wallets];

/** What operators do, for their routes and for the command line alike. */
@Module({
  imports: [AccountModule, LibraryModule],
  controllers: [ActsController, BooksController, GiftsController, WalletsController],
  providers: services,
  exports: services,
})
export class AdminModule {}
