import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { groupOf, groupOfId } from '../credits/plumbing.js';
import { Databases } from './databases.js';

/**
 * The way to the database that somebody's wallet is in, and with it to everything that commits with their charges.
 * Features ask by whose rows they are and never hold a DataSource: how many databases there are is known here alone.
 *
 * Every method throws CreditsUnavailableError for a server that has not been there yet.
 */
@Injectable()
export class WalletDatabase {
  constructor(private readonly databases: Databases) {}

  /** Of a user's wallet and rows; its `transaction` is one that a charge of theirs can join. */
  of(userId: string): EntityManager {
    const { groupCount } = this.databases;
    return this.databases.of(groupCount === 1 ? 0 : groupOf(userId, groupCount));
  }

  /** Of the wallet that an id of a hold, a ledger entry or a grant belongs to: the id tells. */
  ofId(id: string): EntityManager {
    const { groupCount } = this.databases;
    return this.databases.of(groupCount === 1 ? 0 : groupOfId(id, groupCount));
  }

  /** Where what concerns everybody stands, such as gifts. */
  common(): EntityManager {
    return this.databases.of(0);
  }

  /** All there are, for what is asked about everybody. */
  all(): readonly EntityManager[] {
    return this.databases.all();
  }
}
