/** The kinds of ledger entries and the categories of grants: types, checks, schemas and commands are made of these lists. */
export const ENTRY_KINDS = [
  'grant',
  'charge',
  'refund',
  'adjustment',
  'expiry',
  'clawback',
  'restore',
] as const;

export const GRANT_CATEGORIES = ['signup', 'paid', 'promotional', 'compensation'] as const;
