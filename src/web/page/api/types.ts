import type { Block } from '../../../library/blocks.js';

/** What the API answers (docs at /docs). Credits are whole numbers, times RFC 3339 in UTC. */
export interface Balance {
  available: number;
  held: number;
  balance: number;
  version: number;
  low: boolean;
  nextExpiryAt: string | null;
  /** When credits come by themselves, and how many; absent where nothing was told of it. */
  nextRefill?: { at: string; credits: number } | null;
}

export interface PriceList {
  priceVersion: string;
  prices: { action: string; credits: number }[];
}

export type EntryKind = 'grant' | 'charge' | 'refund' | 'adjustment' | 'expiry' | 'clawback' | 'restore';

export interface Entry {
  id: string;
  kind: EntryKind;
  amount: number;
  balanceAfter: number;
  action: string | null;
  reason: string | null;
  actor: string | null;
  /** What a charge was for, such as the name of a file. */
  description: string | null;
  createdAt: string;
  holdId: string | null;
  /** The entry that this one gives back. */
  reverses: string | null;
  priceVersion: string | null;
  /** How much of a charge has been refunded. */
  refunded: number | null;
  /** What was paid for, while it is there; for its owner only. */
  artefact?: Artefact | null;
}

export interface Artefact {
  kind: 'document' | 'recording' | 'export';
  id: string;
}

export interface Page<T> {
  data: T[];
  /** To what comes after; none at the end. */
  nextCursor?: string | null;
}

export interface Hold {
  id: string;
  action: string;
  amount: number;
  state: 'held' | 'captured' | 'released' | 'expired';
  expiresAt: string;
  createdAt: string;
  resolvedAt: string | null;
  reason: string | null;
  description: string | null;
}

export interface Grant {
  id: string;
  amount: number;
  remaining: number;
  category: string;
  priority: number;
  reason: string | null;
  expiresAt: string | null;
  createdAt: string;
}

export interface Usage {
  key: string;
  credits: number;
  count: number;
}

export interface DocumentFacts {
  id: string;
  kind: 'txt' | 'docx';
  title: string;
  filename: string;
  bytes: number;
  words: number;
  paragraphs: number;
  createdAt: string;
}

export type DocumentText = DocumentFacts & { blocks: Block[] };
export type { Block };

export interface Recording {
  id: string;
  filename: string;
  bytes: number;
  container: string;
  codec: string;
  durationSeconds: number;
  createdAt: string;
}

export interface ExportFacts {
  id: string;
  format: string;
  filename: string;
  bytes: number;
  downloadUrl: string;
  createdAt: string;
}

/** What a paid answer says beside its own members. */
export interface Charge {
  charged: number;
  available: number;
  held: number;
  balance: number;
  version: number;
}

export interface Wallet {
  userId: string;
  available: number;
  held: number;
  balance: number;
  version: number;
  updatedAt: string;
}

export interface WalletDetail {
  wallet: Wallet;
  grants: Grant[];
  holds: Hold[];
}

export interface Erased {
  pseudonym: string;
  wallet: Wallet | null;
}

export interface Gift {
  key: string;
  state: string;
  wallets: number;
  done: number;
}

export interface Integrity {
  ok: boolean;
  wallets: number;
  entries: number;
  differences: { userId: string; check: string; expected: unknown; actual: unknown }[];
}
