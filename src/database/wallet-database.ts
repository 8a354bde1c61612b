import { Injectable } from '@nestjs/common';
import { DataSource, type EntityManager } from 'typeorm';

/**
 * The way to the database that somebody's wallet is in, and with it to everything that commits with their charges.
 * Features ask by whose rows they are and never hold a DataSource: that there is one database today is known here alone.
 */
@Injectable()
export class WalletDatabase {
  constructor(private readonly dataSource: DataSource) {}

  /** Of a user's wallet and rows; its `transaction` is one that a charge of theirs can join. */
  of(_userId: string): EntityManager {
    return this.dataSource.manager;
  }

  /** Of the wallet that an id of a hold, a ledger entry or a grant belongs to: the id tells. */
  ofId(_id: string): EntityManager {
    return this.dataSource.manager;
  }

  /** All there are, for what is asked about everybody. */
  all(): readonly EntityManager[] {
    return [this.dataSource.manager];
  }
}
