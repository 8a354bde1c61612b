import { Module } from '@nestjs/common';
import { Wallets } from '../reads/wallets.js';
import { BalanceImport } from './balance-import.js';
import { Books } from './books.js';
import { GiftGiver } from './gift-giver.js';
import { Gifts } from './gifts.js';
import { GroupCensus } from './group-census.js';
import { Operator } from './operator.js';
import { PersonErasure } from './person-erasure.js';
import { ToldEvents } from './told-events.js';

const services = [
  BalanceImport,
  Books,
  GiftGiver,
  Gifts,
  GroupCensus,
  Operator,
  PersonErasure,
  ToldEvents,
  Wallets,
];

/** What operators do to wallets, for a host's own routes and commands. It needs CreditsModule, which is global. */
@Module({ providers: services, exports: services })
export class OperatorModule {}
