import {
  about,
  arrayOf,
  count,
  credits,
  flag,
  given,
  id,
  joined,
  object,
  oneOf,
  orNull,
  pageOf,
  reason,
  text,
  time,
  shapes,
} from '../routes/schema.js';

export const purchaseState = oneOf('open', 'paid', 'failed', 'expired', 'suspect');
const currency = { type: 'string', pattern: '^[A-Z]{3}$' };
const minorUnits = about('In minor units: cents of a euro', credits);

/** As the 402 has them, too. */
const offer = object(
  {
    offer: text,
    kind: oneOf('pack', 'plan'),
    credits: about('Of a plan: each month', given),
    amount: minorUnits,
    currency,
    expiresMonths: about(
      'Of a pack: so long its credits last from the payment on; null: for ever',
      orNull(count),
    ),
    interval: about('Of a plan: how often it is paid', orNull(oneOf('month', 'year'))),
    carry: about('Of a plan: so many credits of a month may be left over in the next', credits),
    trial: about(
      'What comes first and costs nothing',
      orNull(object({ credits: given, days: given }, { credits: 50, days: 7 })),
    ),
  },
  {
    offer: 'STARTER',
    kind: 'pack',
    credits: 500,
    amount: 500,
    currency: 'EUR',
    expiresMonths: null,
    interval: null,
    carry: 0,
    trial: null,
  },
);

const subscription = object(
  {
    id,
    plan: text,
    state: about(
      'past_due: a payment is late, and no credits come until it is made',
      oneOf('trialing', 'active', 'past_due', 'ended'),
    ),
    credits: about('Each month', given),
    amount: minorUnits,
    currency,
    interval: oneOf('month', 'year'),
    paidUntil: about('When the period that was paid, or the trial, ends', orNull(time)),
    cancelsAt: about('When it ends; null: it goes on', orNull(time)),
    createdAt: time,
    endedAt: orNull(time),
  },
  {
    id: '3f0c6f0a-8a55-4d1c-9b7e-4f020199a1c3',
    plan: 'PRO',
    state: 'active',
    credits: 1000,
    amount: 900,
    currency: 'EUR',
    interval: 'month',
    paidUntil: '2026-12-27T10:00:00.000Z',
    cancelsAt: null,
    createdAt: '2026-11-27T10:00:00.000Z',
    endedAt: null,
  },
);

const purchase = object(
  {
    id,
    offer: orNull(text),
    kind: oneOf('pack', 'plan'),
    subscriptionId: about('Of a plan: what it pays a period of', orNull(id)),
    state: about('suspect: money came that does not fit; an operator decides', purchaseState),
    pending: about('The buyer has done their part, and a bank takes its time', flag),
    credits: orNull(credits),
    amount: minorUnits,
    currency,
    paidAmount: about('With tax and without discounts; null: not paid', orNull(credits)),
    reversed: about('Money that is back', credits),
    creditsBack: about('Credits taken back with it', credits),
    url: about('Where to pay, while it is open', orNull(text)),
    expiresAt: orNull(time),
    receiptUrl: orNull(text),
    createdAt: time,
    paidAt: orNull(time),
  },
  {
    id: '3f0c6f0a-8a55-4d1c-9b7e-4f020199a1c2',
    offer: 'STARTER',
    kind: 'pack',
    subscriptionId: null,
    state: 'open',
    pending: false,
    credits: 500,
    amount: 500,
    currency: 'EUR',
    paidAmount: null,
    reversed: 0,
    creditsBack: 0,
    url: 'https://checkout.stripe.com/c/pay/cs_live_a1b2',
    expiresAt: '2026-11-28T10:00:00.000Z',
    receiptUrl: null,
    createdAt: '2026-11-27T10:00:00.000Z',
    paidAt: null,
  },
);

const record = joined(
  purchase,
  object(
    {
      userId: about('null: it names a purchase that is not in this database', orNull(text)),
      provider: oneOf('demo', 'stripe'),
      suspicion: about('Why it is suspect', orNull(text)),
      checkoutRef: orNull(text),
      paymentRef: orNull(text),
      entryId: about('The grant in the ledger', orNull(id)),
      reversals: arrayOf(
        object(
          {
            kind: oneOf('refund', 'dispute'),
            amount: about('0: it failed, was refused or won', credits),
            asked: about('By an operator, and the provider has not said yet', flag),
            refusal: orNull(text),
          },
          { kind: 'refund', amount: 250, asked: false, refusal: null },
        ),
      ),
    },
    {
      userId: 'alice',
      provider: 'stripe',
      suspicion: null,
      checkoutRef: 'cs_live_a1b2',
      paymentRef: null,
      entryId: null,
      reversals: [],
    },
  ),
);

const unused = object(
  { credits, amount: minorUnits, currency },
  { credits: 120, amount: 120, currency: 'EUR' },
);

export const paymentShapes = shapes({
  Offers: object({ offers: arrayOf(offer) }, { offers: [offer.examples[0]] }),
  PurchaseRequest: object({ offer: { type: 'string', minLength: 1, maxLength: 50 } }, { offer: 'STARTER' }),
  Purchase: purchase,
  Subscription: subscription,
  Subscriptions: object({ data: arrayOf(subscription) }, { data: [subscription.examples[0]] }),
  Portal: object({ url: text }, { url: 'https://billing.stripe.com/p/session/live_a1b2' }),
  Purchases: pageOf(purchase, 'p1795773600000000.3f0c6f0a-8a55-4d1c-9b7e-4f020199a1c2'),
  PurchaseRecord: record,
  PurchaseRecords: pageOf(record, 'p1795773600000000.3f0c6f0a-8a55-4d1c-9b7e-4f020199a1c2'),
  PurchaseFile: joined(
    record,
    object({ unused, part: orNull(unused) }, { unused: unused.examples[0], part: null }),
  ),
  PurchaseRefundRequest: object(
    {
      amount: about('In minor units; this, or `unused`', given),
      unused: about('All that is neither spent nor on hold', { type: 'boolean', enum: [true] }),
      reason,
    },
    { unused: true, reason: 'changed their mind' },
    { optional: ['amount', 'unused'] },
  ),
  Received: object({ received: { type: 'boolean', enum: [true] } }, { received: true }),
});
