import type { Shapes } from './shapes.js';

/** Short names for what the API answers; what they are, /openapi.json says. */
export type BalanceAnswer = Shapes['Balance'];
/** As a paid answer knows it, too: without when and where it was read. */
export type Balance = Omit<BalanceAnswer, 'credits' | 'asOf' | 'source'>;
export type PriceList = Shapes['Prices'];
export type QuoteRequest = Shapes['QuoteRequest'];
export type Quote = Shapes['Quote'];
type ProductEntry = Shapes['History']['data'][number];
/** What a charge paid for only its owner is told, by a server that keeps it. */
export type Entry = Omit<ProductEntry, 'artefact'> & Partial<Pick<ProductEntry, 'artefact'>>;
export type Hold = Shapes['Hold'];
export type Grant = Shapes['Grants']['data'][number];
export type Usage = Shapes['Usage']['data'][number];
export type Offer = Shapes['Offers']['offers'][number];
export type Purchase = Shapes['Purchase'];
/** What every paid answer says in its member `credits`. */
export type Charge = Shapes['StoredText']['credits'];

export interface Page<T> {
  data: T[];
  /** To what comes after; none at the end. */
  nextCursor?: string | null;
}

/** What became of the wallet's lists after one version and up to another. */
export interface Changes {
  from: number;
  to: number;
  entries: Entry[];
  /** All that run, and those that ended without a charge. */
  holds: Hold[];
  /** All with credits left. */
  grants: Grant[];
}

export interface HistoryFilter {
  /** 1 to 200, default 50. */
  limit?: number;
  cursor?: string;
  kind?: Entry['kind'];
  action?: string;
  /** RFC 3339; createdAt ≥ from, createdAt < to. */
  from?: string;
  to?: string;
}
