import { Injectable } from '@nestjs/common';
import { Groups } from '../groups.js';
import { troubleOf } from '../ledger/failures.js';
import { schemaOf } from '../ledger/placement.js';
import { toCredits } from '../ledger/safe-integer.js';
import { capped } from '../reads/days.js';

/** Nothing but its name is known of a group that does not answer. */
export interface GroupReport {
  group: number;
  schema: string;
  answers: boolean;
  wallets: number | null;
  balance: number | null;
  held: number | null;
}

/** How many wallets each group has, with how many credits. */
@Injectable()
export class GroupCensus {
  constructor(private readonly groups: Groups) {}

  /** Never rejects because a server is away: that is what the caller wants to know. */
  take(): Promise<GroupReport[]> {
    const numbers = Array.from({ length: this.groups.count }, (_, number) => number);
    return Promise.all(numbers.map((number) => this.#countIn(number)));
  }

  async #countIn(group: number): Promise<GroupReport> {
    const schema = schemaOf(group, this.groups.count);
    try {
      const [row] = await this.groups.at(group).database.query(
        `SELECT count(*) AS wallets, ${capped('COALESCE(sum(balance), 0)')} AS balance,
                  ${capped('COALESCE(sum(held), 0)')} AS held FROM ${schema}.wallets`,
        [],
      );
      const [wallets, balance, held] = ['wallets', 'balance', 'held'].map((name) => toCredits(row![name]));
      return { group, schema, answers: true, wallets: wallets!, balance: balance!, held: held! };
    } catch (error) {
      if (troubleOf(error) === undefined) throw error;
      return { group, schema, answers: false, wallets: null, balance: null, held: null };
    }
  }
}
