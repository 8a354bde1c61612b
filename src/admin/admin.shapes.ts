import { entry, explained, grant, holdWithActor } from '../account/account.shapes.js';
import {
  about,
  arrayOf,
  category,
  count,
  credits,
  entryKind,
  flag,
  given,
  id,
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

const match = object(
  {
    kind: oneOf('entry', 'hold', 'grant', 'document', 'recording', 'export', 'purchase'),
    id,
    entryId: about('The line about it; null: there is none', orNull(id)),
  },
  {
    kind: 'document',
    id: '0199a1c2-7c2a-7000-8b6d-2f4e6a8c0d11',
    entryId: '0199a1c2-7c2b-7d41-9e02-6f0b8c1d2e3f',
  },
);

const foundWallet = object(
  {
    ...(wallet['properties'] as Record<string, never>),
    match: about('What of it was asked for by its id; null: its user id begins so', orNull(match)),
  },
  { ...(wallet.examples[0] as object), match: null },
);

const dayOfBooks = object(
  {
    day: text,
    granted: credits,
    charged: credits,
    refunded: credits,
    expired: credits,
    adjusted: about('Net', signed),
    takenBack: about('Net of what was given again', signed),
  },
  { day: '2026-11-27', granted: 500, charged: 320, refunded: 15, expired: 0, adjusted: -5, takenBack: 0 },
);

const actOfOperator = object(
  {
    id: about('Of its first entry', id),
    at: about('When its last one was made', time),
    actor: text,
    kind: entryKind,
    reason: orNull(text),
    credits: about('Net', signed),
    entries: about('So many of one kind, within an hour and for one reason', count),
    userId: about('Null: several', orNull(text)),
  },
  {
    id: '0199a1c2-7c2b-7d41-9e02-6f0b8c1d2e3f',
    at: '2026-11-27T10:00:00.512Z',
    actor: 'root',
    kind: 'refund',
    reason: 'short chapter',
    credits: 2,
    entries: 1,
    userId: 'alice',
  },
);

const difference = object(
  { userId: text, check: text, expected: text, actual: text },
  { userId: 'alice', check: 'balance is the sum of entries', expected: '97', actual: '98' },
);

const allowance = object(
  {
    id,
    userId: text,
    plan: text,
    credits,
    months: count,
    anchor: time,
    until: orNull(time),
    carry: credits,
    timeZone: text,
    nextAt: about('When the next refill comes; null: none comes any more', orNull(time)),
    reason: orNull(text),
    actor: orNull(text),
    createdAt: time,
    endedAt: orNull(time),
  },
  {
    id: '0199a1c0-22bb-7c33-9d77-8e5f6a7b8c9d',
    userId: 'alice',
    plan: 'pro',
    credits: 1000,
    months: 1,
    anchor: '2026-11-27T10:00:00.000Z',
    until: null,
    carry: 300,
    timeZone: 'Europe/Berlin',
    nextAt: '2026-12-27T10:00:00.000Z',
    reason: 'order 4711',
    actor: 'root',
    createdAt: '2026-11-27T10:00:00.000Z',
    endedAt: null,
  },
);

const moved = object({ entry, wallet }, { entry: entry.examples[0], wallet: wallet.examples[0] });

export const adminShapes = shapes({
  Wallets: pageOf(foundWallet, 'YWxpY2U'),
  WalletEntries: pageOf(entry, 'v3'),
  WalletHolds: pageOf(holdWithActor, 'v3'),
  ExplainedEntry: object(
    {
      userId: text,
      entry,
      hold: about('What it was captured from', orNull(holdWithActor)),
      ...explained,
    },
    { userId: 'alice', entry: entry.examples[0], hold: null, drawnFrom: [], grant: null },
  ),
  WalletFile: object(
    {
      wallet,
      grants: about('Those with credits left, in burn order', arrayOf(grant)),
      holds: about('Those that run', arrayOf(holdWithActor)),
      entries: about('The latest, newest first', arrayOf(entry)),
      allowances: about('Those that ended too, the latest first', arrayOf(allowance)),
    },
    {
      wallet: wallet.examples[0],
      grants: grant.examples,
      holds: [],
      entries: entry.examples,
      allowances: [],
    },
  ),
  GrantRequest: object(
    { amount: given, reason, category, priority, expiresAt: orNull(time) },
    { amount: 50, reason: 'sorry for the outage', category: 'compensation', priority: 10 },
    { optional: ['category', 'priority', 'expiresAt'] },
  ),
  GrantMade: object(
    { entry, grant, wallet },
    { entry: entry.examples[0], grant: grant.examples[0], wallet: wallet.examples[0] },
  ),
  AllowanceRequest: object(
    {
      plan: { type: 'string', minLength: 1, maxLength: 64 },
      credits: about('Of each refill', given),
      months: about('From one refill to the next; default 1', { type: 'integer', minimum: 1, maximum: 120 }),
      anchor: about('When the first is due, at most 120 periods back; default now', time),
      until: about('None comes then or later', time),
      carry: about('So many may be left over; default 0', credits),
      timeZone: about('An IANA name; default CREDIT_TIME_ZONE', text),
      reason,
    },
    { plan: 'pro', credits: 1000, carry: 300, timeZone: 'Europe/Berlin', reason: 'order 4711' },
    { optional: ['months', 'anchor', 'until', 'carry', 'timeZone'] },
  ),
  AllowanceMade: object(
    { allowance, wallet },
    { allowance: allowance.examples[0], wallet: wallet.examples[0] },
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
  ClawbackRequest: object({ amount: given, reason }, { amount: 50, reason: 'meant for somebody else' }),
  Moved: moved,
  GiftRequest: object(
    {
      key: about('One grant a wallet under it, whoever asks and how often', {
        type: 'string',
        pattern: '^[!-~]{1,200}$',
      }),
      amount: given,
      reason,
      expiresAt: orNull(time),
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
      wallets: about(
        'How many it is for: counted when it is asked for; once it is done, those it reached',
        count,
      ),
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
  Overview: object(
    {
      wallets: count,
      atZero: about('Nothing is available in so many of them', count),
      outstanding: about('What all of them have together', credits),
      held: credits,
      owed: about('What customers owe', credits),
      days: about('Each of them, in order', arrayOf(dayOfBooks)),
      acts: about('What operators did, the latest 50', arrayOf(actOfOperator)),
    },
    {
      wallets: 120,
      atZero: 7,
      outstanding: 84_310,
      held: 15,
      owed: 0,
      days: dayOfBooks.examples,
      acts: actOfOperator.examples,
    },
  ),
  Acts: pageOf(actOfOperator, 'a1795773600512000.0199a1c2-7c2b-7d41-9e02-6f0b8c1d2e3f'),
  Integrity: object(
    { ok: flag, wallets: count, entries: count, differences: arrayOf(difference) },
    { ok: true, wallets: 2, entries: 17, differences: [] },
  ),
});
