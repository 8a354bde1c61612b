import type { Shapes } from './shapes.js';

/** Short names for what the API answers; what they are, /openapi.json says. */
/** As a paid answer knows it, too: without when and where it was read. */
export type Balance = Omit<Shapes['Balance'], 'credits' | 'asOf' | 'source'>;
export type PriceList = Shapes['Prices'];
export type Entry = WithOptional<Shapes['History']['data'][number], 'artefact'>;
export type EntryKind = Entry['kind'];
export type Artefact = NonNullable<Entry['artefact']>;
export type Hold = Shapes['Holds']['data'][number];
export type Grant = Shapes['Grants']['data'][number];
export type Line = WithOptional<Shapes['Line'], never> & { userId?: string };
export type Usage = Shapes['Usage']['data'][number];
export type DocumentFacts = Shapes['Documents']['data'][number];
export type DocumentText = Shapes['Document'];
export type Block = DocumentText['blocks'][number];
export type Recording = Shapes['Recording'];
export type ExportFacts = Shapes['Export'];
export type Charge = Shapes['StoredText']['credits'];
export type Wallet = WithOptional<Shapes['Wallets']['data'][number], 'match'>;
export type Overview = Shapes['Overview'];
export type WalletDetail = Shapes['WalletFile'];
export type Offer = Shapes['Offers']['offers'][number];
export type Purchase = Shapes['Purchase'];
export type Subscription = Shapes['Subscription'];
export type PurchaseRecord = Shapes['PurchaseRecord'];
export type PurchaseFile = Shapes['PurchaseFile'];
export type Erased = Shapes['Erased'];
export type Gift = Shapes['Gift'];
export type Integrity = Shapes['Integrity'];

export interface Page<T> {
  data: T[];
  /** To what comes after; none at the end. */
  nextCursor?: string | null;
}

/** An operator sees the same entries without what only their owner is told. */
type WithOptional<T, K extends keyof T> = Omit<T, K> & Partial<Pick<T, K>>;
