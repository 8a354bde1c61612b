import type { Shapes } from './shapes.js';

/** Short names for the answers of the API, which /openapi.json describes. */
export type BalanceAnswer = Shapes['Balance'];
/** Without when and where it was read, which a paid answer does not say. */
export type Balance = Omit<BalanceAnswer, 'credits' | 'asOf' | 'source'>;
export type PriceList = Shapes['Prices'];
export type QuoteRequest = Shapes['QuoteRequest'];
export type Quote = Shapes['Quote'];
type ProductEntry = Shapes['History']['data'][number];
/** `artefact` is there if the server keeps what a charge paid for. */
export type Entry = Omit<ProductEntry, 'artefact'> & Partial<Pick<ProductEntry, 'artefact'>>;
export type Hold = Shapes['Hold'];
export type Grant = Shapes['Grants']['data'][number];
export type Usage = Shapes['Usage']['data'][number];
export type Offer = Shapes['Offers']['offers'][number];
export type Purchase = Shapes['Purchase'];
/** The member `credits` of every paid answer. */
export type Charge = Shapes['StoredText']['credits'];

export interface Page<T> {
  data: T[];
  /** Asks for the next page; absent or null on the last one. */
  nextCursor?: string | null;
}

/** The rows of a wallet that changed after version `from` and up to version `to`. */
export interface Changes {
  from: number;
  to: number;
  entries: Entry[];
  /** All running holds, and those that ended without a charge. */
  holds: Hold[];
  /** All grants with credits left. */
  grants: Grant[];
}

export interface HistoryFilter {
  /** 1 to 200, default 50. */
  limit?: number;
  cursor?: string;
  kind?: Entry['kind'];
  action?: string;
  /** RFC 3339: entries made at this time or later. */
  from?: string;
  /** RFC 3339: entries made before this time. */
  to?: string;
}
