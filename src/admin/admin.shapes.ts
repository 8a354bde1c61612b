import { entry, grant, holdWithActor } from '../account/account.shapes.js';
import {
  about,
  arrayOf,
  category,
  count,
  credits,
  flag,
  given,
  object,
  oneOf,
  orNull,
  pageOf,
  reason,
  signed,
  text,
  time,
  shapes,
} from '../routes/schema.js';

const priority = { type: 'integer', minimum: 0, maximum: 100, default: 50 };

const wallet = object(
  {
    userId: text,
    available: credits,
    held: credits,
    balance: credits,
    owed: credits,
    version: count,
    updatedAt: time,
  },
  {
    userId: 'alice',
    available: 97,
    held: 0,
    balance: 97,
    owed: 0,
    version: 3,
    updatedAt: '2026-11-27T10:00:00.512Z',
  },
);

const difference = object(
  { userId: text, check: text, expected: text, actual: text },
  { userId: 'alice', check: 'balance is the sum of entries', expected: '97', actual: '98' },
);

const moved = object({ entry, wallet }, { entry: entry.examples[0], wallet: wallet.examples[0] });

export const adminShapes = shapes({
  Wallets: pageOf(wallet, 'YWxpY2U'),
  WalletEntries: pageOf(entry, 'v3'),
  WalletFile: object(
    {
      wallet,
      grants: about('Those with credits left, in burn order', arrayOf(grant)),
      holds: about('Those that run', arrayOf(holdWithActor)),
      entries: about('The latest, newest first', arrayOf(entry)),
    },
    {
      wallet: wallet.examples[0],
      grants: grant.examples,
      holds: [],
      entries: entry.examples,
    },
  ),
  GrantRequest: object(
    { amount: given, reason, category, priority, expiresAt: time },
    { amount: 50, reason: 'sorry for the outage', category: 'compensation', priority: 10 },
    { optional: ['category', 'priority', 'expiresAt'] },
  ),
  GrantMade: object(
    { entry, grant, wallet },
    { entry: entry.examples[0], grant: grant.examples[0], wallet: wallet.examples[0] },
  ),
  AdjustmentRequest: object(
    { amount: about('Signed, not 0', { ...signed, not: { const: 0 } }), reason },
    { amount: -5, reason: 'booked twice' },
  ),
  RefundRequest: object(
    { amount: about('Default: all that is left of the charge', given), reason },
    { amount: 2, reason: 'the reading was cut short' },
    { optional: ['amount'] },
  ),
  Moved: moved,
  GiftRequest: object(
    {
      key: about('One grant a wallet under it, whoever asks and how often', {
        type: 'string',
        pattern: '^[!-~]{1,200}$',
      }),
      amount: given,
      reason,
      expiresAt: time,
      userIds: about('Absent: every wallet there is now', {
        ...arrayOf(text),
        minItems: 1,
        maxItems: 10_000,
      }),
    },
    { key: 'new-year-2027', amount: 20, reason: 'a happy new year', expiresAt: '2027-02-01T00:00:00Z' },
    { optional: ['expiresAt', 'userIds'] },
  ),
  Gift: object(
    {
      key: text,
      state: oneOf('running', 'done'),
      wallets: about('It is for so many', count),
      done: about('So many have it', count),
      refused: about('So many could not take it', count),
      amount: given,
      reason,
      expiresAt: orNull(time),
      createdAt: time,
      finishedAt: orNull(time),
    },
    {
      key: 'new-year-2027',
      state: 'running',
      wallets: 10_000,
      done: 4_096,
      refused: 0,
      amount: 20,
      reason: 'a happy new year',
      expiresAt: '2027-02-01T00:00:00.000Z',
      createdAt: '2026-12-31T23:00:00.000Z',
      finishedAt: null,
    },
  ),
  ErasureRequest: object({ reason }, { reason: 'asked for by the user, ticket 4711' }),
  Erased: object(
    {
      pseudonym: about('What stands in the books where the user id stood', text),
      wallet: about('Null: this person has none', orNull(wallet)),
      deleted: about('How many of each kind are gone', { type: 'object', additionalProperties: count }),
    },
    {
      pseudonym: 'erased:0199a1d0-5c11-7b00-8f00-9a0b1c2d3e4f',
      wallet: { ...(wallet.examples[0] as object), userId: 'erased:0199a1d0-5c11-7b00-8f00-9a0b1c2d3e4f' },
      deleted: { documents: 3, recordings: 0 },
    },
  ),
  Integrity: object(
    { ok: flag, wallets: count, entries: count, differences: arrayOf(difference) },
    { ok: true, wallets: 2, entries: 17, differences: [] },
  ),
});
