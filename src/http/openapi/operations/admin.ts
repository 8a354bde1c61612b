import { ENTRIES, PAGE } from '../headers.js';
import type { OperationTable } from '../operation.js';
import { text } from '../schemas/parts.js';

/** All want a reason; it and the operator's id stand in the ledger entry. */
export const adminOperations: OperationTable = {
  'GET /api/admin/wallets': {
    tag: 'Admin',
    summary: 'Find wallets',
    description: 'By how their user id begins, in capitals or not, in the order of the ids.',
    query: {
      query: { description: 'How the user id begins.', schema: text, example: 'ali' },
      ...PAGE,
      cursor: { description: 'The `nextCursor` of the page before.', schema: text, example: 'YWxpY2U' },
    },
    answers: { 200: { description: 'A page.', json: 'Wallets' } },
  },
  'GET /api/admin/wallets/{userId}': {
    tag: 'Admin',
    summary: 'One wallet',
    description: 'With its grants, the holds that run and the latest 20 entries.',
    answers: { 200: { description: 'The wallet.', json: 'WalletFile' } },
  },
  'GET /api/admin/wallets/{userId}/entries': {
    tag: 'Admin',
    summary: 'The entries of a wallet',
    description: 'Newest first, with the pages and filters of `GET /api/credits/history`.',
    query: ENTRIES,
    answers: { 200: { description: 'A page.', json: 'WalletEntries' } },
  },
  'POST /api/admin/wallets/{userId}/grants': {
    tag: 'Admin',
    summary: 'Give credits',
    description: 'Opens the wallet when there is none.',
    takes: { json: 'GrantRequest' },
    answers: { 201: { description: 'Given.', json: 'GrantMade' } },
  },
  'POST /api/admin/wallets/{userId}/adjustments': {
    tag: 'Admin',
    summary: 'Correct a balance',
    description: 'A raise is a new grant, a cut draws in burn order, never below what is held (402).',
    takes: { json: 'AdjustmentRequest' },
    answers: { 201: { description: 'Corrected.', json: 'Moved' } },
    refusals: ['insufficient_credits'],
  },
  'POST /api/admin/entries/{entryId}/refund': {
    tag: 'Admin',
    summary: 'Give a charge back',
    description:
      'In all or in part, to the grants it came from; all refunds of a charge together give back at most what was charged.',
    takes: { json: 'RefundRequest' },
    answers: { 201: { description: 'Given back.', json: 'Moved' } },
    refusals: ['refund_exceeds_charge'],
  },
  'POST /api/admin/gifts': {
    tag: 'Admin',
    summary: 'Give to everybody, or to each of some',
    description: 'Once per wallet and key, however often it is asked for; goes on after a crash.',
    takes: { json: 'GiftRequest' },
    answers: { 202: { description: 'It is being given.', json: 'Gift' } },
  },
  'GET /api/admin/gifts/{key}': {
    tag: 'Admin',
    summary: 'How far a gift is',
    description: 'Wallets that have it, of how many.',
    answers: { 200: { description: 'The gift.', json: 'Gift' } },
  },
  'DELETE /api/admin/wallets/{userId}/person': {
    tag: 'Admin',
    summary: 'Erase a person',
    description:
      'The user id becomes a pseudonym; documents, recordings and exports go; the books keep summing.',
    takes: { json: 'ErasureRequest' },
    answers: { 200: { description: 'Erased.', json: 'Erased' } },
  },
  'GET /api/admin/integrity': {
    tag: 'Admin',
    summary: 'Check the books',
    description: 'Recomputes the books of every wallet from its entries, while the system runs.',
    answers: { 200: { description: 'What differs.', json: 'Integrity' } },
  },
};
