import type { Shapes } from '../../../client/shapes.js';
import type { Entry } from '../../../client/types.js';

/** Short names for what the API answers; what they are, /openapi.json says. */
export type {
  Balance,
  Changes,
  Charge,
  Entry,
  Grant,
  Hold,
  Offer,
  Page,
  PriceList,
  Purchase,
  Usage,
} from '../../../client/types.js';
export type EntryKind = Entry['kind'];
export type Artefact = NonNullable<Entry['artefact']>;
export type Line = Shapes['Line'] & { userId?: string };
export type DocumentFacts = Shapes['Documents']['data'][number];
export type DocumentText = Shapes['Document'];
export type Block = DocumentText['blocks'][number];
export type Recording = Shapes['Recording'];
export type ExportFacts = Shapes['Export'];
export type Wallet = Omit<FoundWallet, 'match'> & Partial<Pick<FoundWallet, 'match'>>;
type FoundWallet = Shapes['Wallets']['data'][number];
export type Overview = Shapes['Overview'];
export type Act = Shapes['Acts']['data'][number];
export type WalletDetail = Shapes['WalletFile'];
export type Subscription = Shapes['Subscription'];
export type PurchaseRecord = Shapes['PurchaseRecord'];
export type PurchaseFile = Shapes['PurchaseFile'];
export type ToldEvent = Shapes['Events']['data'][number];
export type Erased = Shapes['Erased'];
export type Gift = Shapes['Gift'];
export type Integrity = Shapes['Integrity'];
