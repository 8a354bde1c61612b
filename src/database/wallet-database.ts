import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { groupOf, groupOfId } from '../credits/plumbing.js';
import { Databases } from './databases.js';

/**
 * The way to the database that somebody's wallet is in, and with it to everything that commits with their charges.
 * Features ask by whose rows they are and never hold a DataSource: how many databases there are is known here alone.
 *
 * What asks one server, or all, throws CreditsUnavailableError for one that has not been there yet.
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

  /** All but those that were away at the start and are not there yet. */
  present(): readonly EntityManager[] {
    return this.databases.present();
  }

  /** See {@link Databases.whenAllThere}. */
  whenAllThere(): Promise<unknown> | undefined {
    return this.databases.whenAllThere();
  }

  /** Works through them, one after the other. What goes wrong on one server is no other's. */
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
   * What one of them answers, whichever it is; where an id of a wallet's tells which, the others are not asked.
   *
   * @throws the trouble of one that is away, where no other has an answer
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
