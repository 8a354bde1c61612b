import { ENTRIES, HOLDS, accountRoutes } from '../account/account.routes.js';
import { PAGE } from '../routes/parameters.js';
import type { RouteDescription } from '../routes/route-description.js';
import { text } from '../routes/schema.js';
import { TAGS } from '../routes/tags.js';
import { adminShapes } from './admin.shapes.js';

const ENTRY_ID = {
  description: 'The id of an entry in the ledger.',
  schema: { type: 'string', format: 'uuid' },
  example: '0199a1c2-7c2b-7d41-9e02-6f0b8c1d2e3f',
};

const DAYS = {
  description: 'So many, with today; default 30.',
  schema: { type: 'integer', minimum: 1, maximum: 366 },
  example: 30,
};

/** All require a reason; the ledger entry has it and the operator's id. */
export const adminRoutes = {
  search: {
    tag: TAGS.admin,
    summary: 'Find wallets',
    description:
      'By how their user id begins, in capitals or not, in the order of the ids; or by the id of an entry, a hold, a grant, a document, a recording, an export or a purchase, as `match` then says.',
    query: {
      query: { description: 'How the user id begins, or such an id.', schema: text, example: 'ali' },
      ...PAGE,
      cursor: { description: 'The `nextCursor` of the page before.', schema: text, example: 'YWxpY2U' },
    },
    answers: { 200: { description: 'A page.', json: adminShapes.Wallets } },
  },
  file: {
    tag: TAGS.admin,
    summary: 'One wallet',
    description: 'With its grants, the newest 200 holds that run, the latest 20 entries and its allowances.',
    answers: { 200: { description: 'The wallet.', json: adminShapes.WalletFile } },
  },
  entries: {
    tag: TAGS.admin,
    summary: 'The entries of a wallet',
    description:
      'Newest first, with the pages and filters of `GET /api/credits/history`, as CSV too; each with who made it.',
    query: ENTRIES,
    headers: ['Accept'],
    answers: { 200: { ...accountRoutes.history.answers[200], json: adminShapes.WalletEntries } },
  },
  holds: {
    tag: TAGS.admin,
    summary: 'The holds of a wallet',
    description:
      'Newest first, with the pages and states of `GET /api/credits/holds`, and who had each begun.',
    query: HOLDS,
    answers: { 200: { description: 'A page.', json: adminShapes.WalletHolds } },
  },
  line: {
    tag: TAGS.admin,
    summary: 'One line of a ledger, explained',
    description: 'As `GET /api/credits/history/{id}`, with whose it is and who did it.',
    path: { entryId: ENTRY_ID },
    answers: { 200: { description: 'The line.', json: adminShapes.ExplainedEntry } },
  },
  grant: {
    tag: TAGS.admin,
    summary: 'Give credits',
    description: 'Opens the wallet when there is none.',
    takes: { json: adminShapes.GrantRequest },
    answers: { 201: { description: 'Given.', json: adminShapes.GrantMade } },
  },
  adjust: {
    tag: TAGS.admin,
    summary: 'Correct a balance',
    description: 'A raise is a new grant, a cut draws in burn order, never below what is held (402).',
    takes: { json: adminShapes.AdjustmentRequest },
    answers: { 201: { description: 'Corrected.', json: adminShapes.Moved } },
    refusals: ['insufficient_credits'],
  },
  allow: {
    tag: TAGS.admin,
    summary: 'Give credits that come back',
    description:
      'A refill at each boundary, from the anchor on, on the clock of its time zone; those that are due are poured at once.',
    takes: { json: adminShapes.AllowanceRequest },
    answers: { 201: { description: 'Allowed.', json: adminShapes.AllowanceMade } },
  },
  refund: {
    tag: TAGS.admin,
    summary: 'Give a charge back',
    description:
      'In all or in part, to the grants it came from; all refunds of a charge together give back at most what was charged.',
    path: { entryId: { ...ENTRY_ID, description: 'The id of a charge in the ledger.' } },
    takes: { json: adminShapes.RefundRequest },
    answers: { 201: { description: 'Given back.', json: adminShapes.Moved } },
    refusals: ['refund_exceeds_charge'],
  },
  clawback: {
    tag: TAGS.admin,
    summary: 'Take a grant back',
    description:
      'For a grant that was a mistake: what is left of it and not held first, then what else is available; the rest is owed. Money does not go back with it.',
    path: { entryId: { ...ENTRY_ID, description: 'The id of a grant in the ledger.' } },
    takes: { json: adminShapes.ClawbackRequest },
    answers: { 201: { description: 'Taken back.', json: adminShapes.Moved } },
    refusals: ['clawback_exceeds_grant'],
  },
  beginGift: {
    tag: TAGS.admin,
    summary: 'Give to everybody, or to each of some',
    description: 'Once per wallet and key, however often it is asked for; goes on after a crash.',
    takes: { json: adminShapes.GiftRequest },
    answers: { 202: { description: 'It is being given.', json: adminShapes.Gift } },
  },
  gift: {
    tag: TAGS.admin,
    summary: 'How far a gift is',
    description: 'Wallets that have it, of how many.',
    path: { key: { description: 'The key of the gift.', schema: text, example: 'new-year-2027' } },
    answers: { 200: { description: 'The gift.', json: adminShapes.Gift } },
  },
  erase: {
    tag: TAGS.admin,
    summary: 'Erase a person',
    description:
      'What they subscribed to ends at the payment provider first. Then the user id becomes a pseudonym; documents, recordings and exports go; the books keep summing.',
    takes: { json: adminShapes.ErasureRequest },
    answers: { 200: { description: 'Erased.', json: adminShapes.Erased } },
    refusals: ['payments_unavailable'],
  },
  overview: {
    tag: TAGS.admin,
    summary: 'All books in figures',
    description:
      'What customers have, what happened on each day, and what operators did; days as `CREDIT_TIME_ZONE` has them.',
    query: {
      days: DAYS,
    },
    answers: { 200: { description: 'The figures.', json: adminShapes.Overview } },
  },
  acts: {
    tag: TAGS.admin,
    summary: 'What operators did',
    description:
      'The latest first: all of one kind, by one of them, within an hour and for one reason together; where there are several groups of wallets, in each by itself.',
    query: {
      days: { ...DAYS, description: 'Of so many days up to now; default 30.' },
      ...PAGE,
      cursor: {
        description: 'The `nextCursor` of the page before.',
        schema: text,
        example: 'a1795773600512000.0199a1c2-7c2b-7d41-9e02-6f0b8c1d2e3f',
      },
    },
    answers: { 200: { description: 'A page.', json: adminShapes.Acts } },
  },
  integrity: {
    tag: TAGS.admin,
    summary: 'Check the books',
    description: 'Recomputes the books of every wallet from its entries, while the system runs.',
    answers: { 200: { description: 'What differs.', json: adminShapes.Integrity } },
  },
} satisfies Record<string, RouteDescription>;
