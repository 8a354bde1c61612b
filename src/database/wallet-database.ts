import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { groupOf, groupOfId } from '../credits/plumbing.js';
import { Databases } from './databases.js';

/**
 * Finds the database that a user's wallet is in, and so everything that commits with the user's charges. Features ask
 * for a user's database and never hold a DataSource: only this class knows how many databases there are.
 *
 * Methods that ask one server, or all, throw CreditsUnavailableError for a server that has not been there yet.
 */
@Injectable()
export class WalletDatabase {
  constructor(private readonly databases: Databases) {}

  /** The database of a user's wallet and rows. A charge of that user can join its `transaction`. */
  of(userId: string): EntityManager {
    const { groupCount } = this.databases;
    return this.databases.of(groupCount === 1 ? 0 : groupOf(userId, groupCount));
  }

  /** The database of the wallet that a hold, ledger entry or grant belongs to; its id tells. */
  ofId(id: string): EntityManager {
    const { groupCount } = this.databases;
    return this.databases.of(groupCount === 1 ? 0 : groupOfId(id, groupCount));
  }

  /** The database for what concerns everybody, such as gifts. */
  common(): EntityManager {
    return this.databases.of(0);
  }

  /** All databases, for questions about everybody. */
  all(): readonly EntityManager[] {
    return this.databases.all();
  }

  /** All databases except those that were away at the start and are not there yet. */
  present(): readonly EntityManager[] {
    return this.databases.present();
  }

  /** See {@link Databases.whenAllThere}. */
  whenAllThere(): Promise<unknown> | undefined {
    return this.databases.whenAllThere();
  }

  /** Runs the work on each, one after the other. A failure on one server does not stop the others. */
  async each(
    work: (database: EntityManager) => Promise<void>,
    onTrouble: (error: unknown) => void,
  ): Promise<void> {
    for (const group of this.databases.groups) {
      try {
        await work(this.databases.of(group));
      } catch (error) {
        onTrouble(error);
      }
    }
  }

  /**
   * The answer of whichever database has one. If an id tells which one, the others are not asked.
   *
   * @throws the trouble of a database that is away, if no other has an answer
   */
  async find<T>(
    ask: (database: EntityManager) => Promise<T | undefined>,
    id?: string,
  ): Promise<T | undefined> {
    if (id !== undefined) return ask(this.ofId(id));
    const answers = await Promise.allSettled(
      this.databases.groups.map(async (group) => ask(this.databases.of(group))),
    );
    for (const answer of answers) {
      if (answer.status === 'fulfilled' && answer.value !== undefined) return answer.value;
    }
    const trouble = answers.find(({ status }) => status === 'rejected');
    if (trouble !== undefined) throw (trouble as PromiseRejectedResult).reason;
    return undefined;
  }
}
