import type { CreditsService, Entry, HistoryFilter, Page } from '../credits/index.js';

export const HISTORY = Symbol('history');

/** A column of the CSV: its header, and what an entry has there. */
export interface HistoryColumn<T extends Entry = Entry> {
  header: string;
  cellOf(entry: T): string | number | null | undefined;
}

/** Where the ledger entries of a user come from. */
export interface HistoryReader<T extends Entry = Entry> {
  /** @throws InvalidCreditsInputError, CreditsUnavailableError */
  page(userId: string, filter: HistoryFilter): Promise<Page<T>>;
  readonly columns: readonly HistoryColumn<T>[];
}

const column = (name: keyof Entry): HistoryColumn => ({
  header: name,
  cellOf: (entry) => entry[name] as string | number | null,
});

/** Those that the first release had. Whatever is new comes after them: a client may count columns. */
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

/** The entries as the ledger has them. */
export function ledgerHistory(credits: CreditsService): HistoryReader {
  return {
    page: (userId, filter) => credits.history(userId, filter),
    columns: [...FIRST_COLUMNS, ...LATER_COLUMNS],
  };
}
