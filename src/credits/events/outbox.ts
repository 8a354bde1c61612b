import { ledgerIn } from '../database/same-database.js';
import type { Groups } from '../groups.js';
import type { Transaction } from '../ledger/transaction.js';
import type { CreditsEventType } from './event.js';

export interface NewEvent {
  type: CreditsEventType;
  /** Null: nobody knows. Somebody without a wallet gets an empty one. */
  userId: string | null;
  /** Without the user id. Nothing that names or describes a person: an erasure empties it, a receiver keeps it. */
  data: Record<string, unknown>;
  /** For a cause that may be found more than once: it is told once under this key. */
  once?: string;
  /** Where nobody knows the user: an id of the group of wallets in whose database the transaction is. */
  beside?: string;
}

/** The way into the outbox for causes that the ledger does not know of; its own are written by its functions. */
export class Outbox {
  constructor(private readonly groups: Groups) {}

  /** In the transaction of the cause: told if that commits. Where nobody listens to the type, nothing is written. */
  async write({ type, userId, data, once, beside }: NewEvent, { tx }: { tx: Transaction }): Promise<void> {
    const isNobodys = userId === null && beside !== undefined;
    const group = isNobodys ? this.groups.ofId(beside) : this.groups.of(userId ?? '');
    const database = await ledgerIn(group, tx);
    await database.query(`SELECT ${database.schema}.tell_about($1, $2, $3, $4)`, [
      userId,
      type,
      once ?? null,
      JSON.stringify(data),
    ]);
  }
}
