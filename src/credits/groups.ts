import type { OnApplicationShutdown } from '@nestjs/common';
import { CreditsUnavailableError } from './credits.errors.js';
import type { LedgerDatabase } from './database/ledger-database.js';
import type { LedgerConnection } from './ledger-connection.js';
import type { Ledger } from './ledger/ledger.js';
import type { Operation } from './ledger/operation.js';
import { Tally } from './ledger/tally.js';
import { groupOf, groupOfId } from './ledger/wallet-hash.js';

/** A group of wallets: its own ledger, and the server that the ledger is on. */
export interface Group {
  readonly number: number;
  readonly ledger: Pick<Ledger, 'apply' | 'applyIn' | 'refillTogether' | 'waiting'>;
  readonly database: LedgerDatabase;
  readonly connection: LedgerConnection;
}

/**
 * Every wallet is in one group, which follows from the user id, and from each id that belongs to the wallet. A group whose
 * server is away when the program starts joins later; until then that group alone is unavailable.
 */
export class Groups implements OnApplicationShutdown {
  /** Of all their ledgers together. */
  readonly tally = new Tally();
  readonly #groups: (Group | undefined)[];
  readonly #listeners: ((group: Group) => void)[] = [];
  readonly #lastWrites: (() => Promise<void>)[] = [];
  #isClosed = false;

  constructor(
    readonly count: number,
    there: readonly Group[] = [],
  ) {
    this.#groups = new Array<Group | undefined>(count).fill(undefined);
    for (const group of there) this.join(group);
  }

  static ofOne(group: Omit<Group, 'number'>): Groups {
    return new Groups(1, [{ ...group, number: 0 }]);
  }

  /** Of a user's wallet. @throws CreditsUnavailableError */
  of(userId: string): Group {
    return this.at(this.count === 1 ? 0 : groupOf(userId, this.count));
  }

  /** The same; undefined while the group is away. */
  find(userId: string): Group | undefined {
    return this.#groups[this.count === 1 ? 0 : groupOf(userId, this.count)];
  }

  /** By an id of a hold, an entry, a grant or an allowance. @throws CreditsUnavailableError */
  ofId(id: string): Group {
    return this.at(this.count === 1 ? 0 : groupOfId(id, this.count));
  }

  /** @throws CreditsUnavailableError */
  ofOperation({ user_id: userId, hold_id: holdId, entry_id: entryId }: Operation): Group {
    return userId === undefined ? this.ofId((holdId ?? entryId)!) : this.of(userId);
  }

  /** The group that keeps what concerns everybody, such as gifts. @throws CreditsUnavailableError */
  get first(): Group {
    return this.at(0);
  }

  /** @throws CreditsUnavailableError */
  at(number: number): Group {
    const group = this.#groups[number];
    if (group === undefined) throw new CreditsUnavailableError();
    return group;
  }

  /** All groups, for questions about everybody. @throws CreditsUnavailableError while one is missing */
  all(): Group[] {
    return this.#groups.map((_, number) => this.at(number));
  }

  /** The groups that are there now. */
  present(): Group[] {
    return this.#groups.filter((group) => group !== undefined);
  }

  join(group: Group): void {
    this.#groups[group.number] = group;
    for (const listener of this.#listeners) listener(group);
  }

  get isClosed(): boolean {
    return this.#isClosed;
  }

  /** Calls this for each group that is there, and for each that joins. */
  forEach(listener: (group: Group) => void): void {
    for (const group of this.present()) listener(group);
    this.whenJoins(listener);
  }

  whenJoins(listener: (group: Group) => void): void {
    this.#listeners.push(listener);
  }

  /** Work that may still have to write when the application ends: the connections wait for it. */
  beforeEnd(lastWrites: () => Promise<void>): void {
    this.#lastWrites.push(lastWrites);
  }

  async onApplicationShutdown(): Promise<void> {
    this.#isClosed = true;
    await Promise.all(this.#lastWrites.map((write) => write()));
    await Promise.all([...byServer(this.present()).keys()].map((connection) => connection.close()));
  }
}

/** Groups by the server that they are on. */
export function byServer(groups: readonly Group[]): Map<LedgerConnection, Group[]> {
  const servers = new Map<LedgerConnection, Group[]>();
  for (const group of groups)
    servers.set(group.connection, [...(servers.get(group.connection) ?? []), group]);
  return servers;
}
