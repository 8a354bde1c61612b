import {
  UnknownEntryError,
  type CreditsService,
  type Entry,
  type Explanation,
  type GrantStatement,
  type HistoryFilter,
  type HoldStatement,
  type Page,
  type Statements,
} from '../credits/index.js';
import { toldToOwner, withoutActor } from './told-to-owner.js';

export const HISTORY = Symbol('history');

/** A column of the CSV. */
export interface HistoryColumn<T extends Entry = Entry> {
  header: string;
  cellOf(entry: T): string | number | null | undefined;
}

const column = (name: keyof Entry): HistoryColumn => ({
  header: name,
  cellOf: (entry) => entry[name] as string | number | null,
});

/** The columns of the first release. New ones come after them, because clients may count columns. */
export const FIRST_COLUMNS: readonly HistoryColumn[] = (
  [
    'id',
    'version',
    'kind',
    'amount',
    'balanceAfter',
    'action',
    'reason',
    'actor',
    'holdId',
    'reverses',
    'priceVersion',
    'createdAt',
    'refunded',
  ] as const
).map(column);

export const LATER_COLUMNS: readonly HistoryColumn[] = (['description', 'owedAfter'] as const).map(column);

/** Everything that its user may know about an entry. */
export interface ExplainedEntry<T extends Entry = Entry> extends Omit<Explanation, 'entry' | 'hold'> {
  entry: T;
  hold: HoldStatement | null;
}

/** The rows of a wallet that changed after version `from` and up to version `to`. */
export interface Changes<T extends Entry = Entry> {
  from: number;
  to: number;
  entries: T[];
  holds: HoldStatement[];
  grants: GrantStatement[];
}

/** The ledger entries of a user. A host that knows what each of them was for overrides `more`. */
export class LedgerHistory<T extends Entry = Entry> {
  readonly columns: readonly HistoryColumn<T>[] = [...FIRST_COLUMNS, ...LATER_COLUMNS];

  constructor(
    private readonly credits: CreditsService,
    private readonly statements: Statements,
  ) {}

  /** @throws InvalidCreditsInputError, CreditsUnavailableError */
  async page(userId: string, filter: HistoryFilter): Promise<Page<T>> {
    const { data, nextCursor } = await this.credits.history(userId, filter);
    return { data: await this.#told(userId, data), nextCursor };
  }

  /** One entry, if it is the user's. @throws InvalidCreditsInputError, UnknownEntryError, CreditsUnavailableError */
  async explain(userId: string, entryId: string): Promise<ExplainedEntry<T>> {
    const { userId: owner, entry, hold, drawnFrom, grant } = await this.statements.explain(entryId);
    if (owner !== userId) throw new UnknownEntryError(entryId);
    const [whole] = await this.#told(userId, [entry]);
    return { entry: whole!, hold: hold && withoutActor(hold), drawnFrom, grant };
  }

  /** If too much changed to list, `from` equals `to` and there are no rows. @throws CreditsUnavailableError */
  async changes(userId: string, from: number, to: number): Promise<Changes<T>> {
    const changed = await this.statements.changedSince(userId, from);
    if (changed === undefined) return { from: to, to, entries: [], holds: [], grants: [] };
    const entries = await this.#told(userId, changed.entries);
    return { from, to, entries, holds: changed.holds.map(withoutActor), grants: changed.grants };
  }

  #told(userId: string, entries: readonly Entry[]): Promise<T[]> {
    return this.more(userId, entries.map(toldToOwner));
  }

  /** Adds what the host knows about each entry. */
  protected more(_userId: string, entries: readonly Entry[]): Promise<T[]> {
    return Promise.resolve([...entries] as T[]);
  }
}
