import { PAGE as LIMIT } from '../routes/parameters.js';
import type { RouteDescription } from '../routes/route-description.js';
import { given, text } from '../routes/schema.js';
import { TAGS } from '../routes/tags.js';
import { paymentShapes, purchaseState } from './payments.shapes.js';

const PURCHASES = { name: 'Purchases', description: 'Credits for money, and money back.' };

const PAGE = {
  ...LIMIT,
  cursor: {
    description: 'The `nextCursor` of the page before.',
    schema: text,
    example: 'p1795773600000000.3f0c6f0a-8a55-4d1c-9b7e-4f020199a1c2',
  },
};

/** Money in, and back. */
export const paymentRoutes = {
  offers: {
    tag: PURCHASES,
    summary: 'What is sold',
    description:
      'Packs of credits, and plans with credits each month, with their prices in minor units of the currency. Empty where nothing is sold.',
    answers: { 200: { description: 'All offers.', json: paymentShapes.Offers } },
  },
  begin: {
    tag: PURCHASES,
    summary: 'Begin to buy an offer',
    description:
      'Answers where to pay. The offer is frozen as it is now; credits come when the money has, whether or not the buyer comes back. The same Idempotency-Key is the same checkout.',
    takes: { json: paymentShapes.PurchaseRequest },
    answers: { 201: { description: 'Where to pay.', json: paymentShapes.Purchase } },
    refusals: ['offer_unknown', 'plan_not_open', 'forbidden', 'payments_unavailable'],
  },
  list: {
    tag: PURCHASES,
    summary: 'What was bought',
    description:
      'Newest first. Those still open are looked up at the payment provider first, where it answers.',
    query: { ...PAGE },
    answers: { 200: { description: 'A page.', json: paymentShapes.Purchases } },
  },
  one: {
    tag: PURCHASES,
    summary: 'One purchase',
    description: 'While it is open it is looked up at the payment provider first.',
    answers: { 200: { description: 'The purchase.', json: paymentShapes.Purchase } },
    refusals: ['payments_unavailable'],
  },
  subscriptions: {
    tag: PURCHASES,
    summary: 'What was subscribed to',
    description:
      'Newest first, with those that ended. Those that run are looked up at the payment provider first, where it answers.',
    answers: { 200: { description: 'All of them.', json: paymentShapes.Subscriptions } },
  },
  changePlan: {
    tag: PURCHASES,
    summary: 'Change to another plan',
    description:
      'One that costs more is paid in full, and its credits come, now; what is left of the old one stays until it expires. One that costs less comes with the next invoice.',
    takes: { json: paymentShapes.PurchaseRequest },
    answers: { 200: { description: 'As it is now.', json: paymentShapes.Subscription } },
    refusals: ['offer_unknown', 'plan_not_open', 'payments_unavailable'],
  },
  portal: {
    tag: PURCHASES,
    summary: 'Where to mend a card, and to cancel',
    description: 'An address at the payment provider, good for some minutes.',
    answers: { 200: { description: 'Where to go.', json: paymentShapes.Portal } },
    refusals: ['not_found', 'payments_unavailable'],
  },
  events: {
    tag: PURCHASES,
    summary: 'The payment provider tells us',
    description:
      'For the provider alone, which signs its body. What it tells is a hint to look, never a value to book. 404 where no signing secret is set: looking suffices.',
    answers: { 200: { description: 'Looked at, or not ours.', json: paymentShapes.Received } },
    refusals: [
      'validation_failed',
      'not_found',
      'payload_too_large',
      'malformed_body',
      'request_timeout',
      'payments_unavailable',
      'credits_unavailable',
      'overloaded',
    ],
  },
  search: {
    tag: TAGS.admin,
    summary: 'What was bought, by anybody',
    description: 'Newest first. `state=suspect`: money that came and does not fit what was offered.',
    query: {
      state: { description: 'Only these.', schema: purchaseState, example: 'suspect' },
      userId: { description: 'Only theirs.', schema: text, example: 'alice' },
      ...PAGE,
    },
    answers: { 200: { description: 'A page.', json: paymentShapes.PurchaseRecords } },
  },
  file: {
    tag: TAGS.admin,
    summary: 'One purchase, and what of it is unused',
    description:
      '`unused` is what a refund of the unused part would take in credits and give in money, `part` what one of `amount` would; null where none is named.',
    query: {
      amount: { description: 'Of a refund, in minor units.', schema: given, example: 250 },
    },
    answers: { 200: { description: 'The purchase.', json: paymentShapes.PurchaseFile } },
  },
  refund: {
    tag: TAGS.admin,
    summary: 'Give money back',
    description:
      'Through the payment provider: an amount, or all that is unused. The credits go first, so nobody spends what is refunded; if the provider refuses they come back.',
    takes: { json: paymentShapes.PurchaseRefundRequest },
    answers: { 201: { description: 'Given back, or on its way.', json: paymentShapes.PurchaseRecord } },
    refusals: ['purchase_not_refundable', 'payments_unavailable'],
  },
  look: {
    tag: TAGS.admin,
    summary: 'Look at the provider now',
    description: 'What became of a purchase, whatever we know of it.',
    answers: { 200: { description: 'The purchase as it is now.', json: paymentShapes.PurchaseRecord } },
    refusals: ['payments_unavailable'],
  },
} satisfies Record<string, RouteDescription>;
