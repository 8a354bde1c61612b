import { randomUUID } from 'node:crypto';
import Stripe from 'stripe';
import { StripeDoubleServer } from './stripe-double-server.js';
import { PlansDouble } from './stripe-plans-double.js';
import type { PlanSession } from './stripe-plans-shapes.js';

// What the product uses of Stripe's API, in memory, with the shapes of the SDK's types: a member that moves with another
// version of it does not compile here.

type Session = Pick<
  Stripe.Checkout.Session,
  | 'id'
  | 'object'
  | 'mode'
  | 'status'
  | 'payment_status'
  | 'amount_subtotal'
  | 'amount_total'
  | 'currency'
  | 'client_reference_id'
  | 'metadata'
  | 'created'
  | 'expires_at'
  | 'url'
> &
  PlanSession & { payment_intent: string | null; total_details: { amount_discount: number } };
type Intent = Pick<Stripe.PaymentIntent, 'id' | 'object' | 'status'> & {
  latest_charge: Pick<Stripe.Charge, 'id' | 'object' | 'receipt_url'> | null;
};
type Refund = Pick<Stripe.Refund, 'id' | 'object' | 'amount' | 'status' | 'metadata' | 'created'> & {
  payment_intent: string;
};
type Dispute = Pick<Stripe.Dispute, 'id' | 'object' | 'amount' | 'currency' | 'status' | 'created'> & {
  payment_intent: string;
  balance_transactions: Pick<Stripe.BalanceTransaction, 'amount' | 'currency' | 'net'>[];
};
export type DoubleEvent = Pick<Stripe.Event, 'id' | 'object' | 'type' | 'created'> & {
  data: { object: object };
};

export const WEBHOOK_SECRET = 'whsec_of_this_test_run';
const RECEIPT = 'https://pay.stripe.example/receipts/1';

export class StripeDouble extends StripeDoubleServer {
  readonly sessions = new Map<string, Session>();
  readonly refunds = new Map<string, Refund>();
  readonly disputes = new Map<string, Dispute>();
  /** What Stripe has to tell, in order; whether and how it gets there is the test's to say. */
  readonly events: DoubleEvent[] = [];
  readonly plans = new PlansDouble({
    sessionOf: (ref) => this.sessions.get(ref)!,
    pay: () => this.#intent('succeeded'),
    tell: (type, object) => this.#tell(type, object),
  });
  readonly #intents = new Map<string, Intent>();

  static async open(port = 0): Promise<StripeDouble> {
    const double = new StripeDouble();
    await double.listen(port);
    return double;
  }

  /** The buyer pays by card; `tax` comes on top, a `discount` goes off. */
  pay(ref: string, { tax = 0, discount = 0 } = {}): void {
    const session = this.#complete(ref, 'succeeded');
    const total = session.amount_subtotal! + tax - discount;
    session.payment_status = total === 0 ? 'no_payment_required' : 'paid';
    session.amount_total = total;
    session.total_details = { amount_discount: discount };
    this.#tell('checkout.session.completed', session);
  }

  /** The buyer pays by direct debit: done, and not paid yet. */
  payLater(ref: string): void {
    this.#tell('checkout.session.completed', this.#complete(ref, 'processing'));
  }

  bankPays(ref: string): void {
    const session = this.#complete(ref, 'succeeded');
    session.payment_status = 'paid';
    this.#tell('checkout.session.async_payment_succeeded', session);
  }

  bankRefuses(ref: string): void {
    this.#tell('checkout.session.async_payment_failed', this.#complete(ref, 'requires_payment_method'));
  }

  expire(ref: string): void {
    const session = this.sessions.get(ref)!;
    session.status = 'expired';
    this.#tell('checkout.session.expired', session);
  }

  /** In the dashboard, or by another program. */
  refund(ref: string, amount: number, metadata: Record<string, string> = {}): string {
    const refund = {
      id: `re_${randomUUID()}`,
      object: 'refund' as const,
      amount,
      status: 'succeeded',
      metadata,
      created: now(),
      payment_intent: this.#paymentOf(ref).intent,
    } satisfies Partial<Stripe.Refund>;
    this.refunds.set(refund.id, refund);
    this.#tell('refund.created', refund);
    this.#tell('charge.refunded', { object: 'charge', payment_intent: refund.payment_intent });
    return refund.id;
  }

  failRefund(id: string, status = 'failed'): void {
    const refund = this.refunds.get(id)!;
    refund.status = status;
    this.#tell('refund.failed', refund);
  }

  /** The card's owner takes the money back; an inquiry moves none yet. */
  dispute(ref: string, { amount = this.#paymentOf(ref).amount, inquiry = false } = {}): string {
    const { intent: payment_intent, currency } = this.#paymentOf(ref);
    const dispute = {
      id: `dp_${randomUUID()}`,
      object: 'dispute' as const,
      amount,
      currency,
      status: inquiry ? ('warning_needs_response' as const) : ('needs_response' as const),
      created: now(),
      payment_intent,
      balance_transactions: inquiry ? [] : [{ amount: -amount, currency, net: -amount - 1500 }],
    };
    this.disputes.set(dispute.id, dispute);
    this.#tell('charge.dispute.created', dispute);
    return dispute.id;
  }

  lose(id: string): void {
    const dispute = this.disputes.get(id)!;
    dispute.status = 'lost';
    this.#tell('charge.dispute.closed', dispute);
  }

  /** An inquiry becomes a dispute, and moves the money. */
  escalate(id: string): void {
    const dispute = this.disputes.get(id)!;
    const { amount, currency } = dispute;
    dispute.status = 'needs_response';
    dispute.balance_transactions.push({ amount: -amount, currency, net: -amount - 1500 });
    this.#tell('charge.dispute.updated', dispute);
  }

  win(id: string): void {
    const dispute = this.disputes.get(id)!;
    const { amount, currency } = dispute;
    dispute.status = 'won';
    dispute.balance_transactions.push({ amount, currency, net: amount });
    this.#tell('charge.dispute.closed', dispute);
  }

  /** As Stripe sends it. */
  signed(event: DoubleEvent, how: { secret?: string; age?: number } = {}) {
    return this.signedText(JSON.stringify(event), how);
  }

  signedText(payload: string, { secret = WEBHOOK_SECRET, age = 0 } = {}) {
    const timestamp = now() - age;
    const signature = new Stripe('sk_test_x').webhooks.generateTestHeaderString({
      payload,
      secret,
      timestamp,
    });
    const headers = { 'content-type': 'text/plain', 'stripe-signature': signature };
    return { method: 'POST', headers, body: payload };
  }

  #complete(ref: string, status: Stripe.PaymentIntent.Status): Session {
    const session = this.sessions.get(ref)!;
    session.status = 'complete';
    session.payment_intent = this.#intent(status, session.payment_intent ?? undefined);
    return session;
  }

  #intent(status: Stripe.PaymentIntent.Status, id = `pi_${randomUUID()}`): string {
    const latest_charge = { id: `ch_${randomUUID()}`, object: 'charge' as const, receipt_url: RECEIPT };
    this.#intents.set(id, { id, object: 'payment_intent', status, latest_charge });
    return id;
  }

  /** Of a checkout, or of an invoice. */
  #paymentOf(ref: string): { intent: string; amount: number; currency: string } {
    const session = this.sessions.get(ref);
    const invoice = session === undefined ? ref : session.invoice;
    if (session === undefined || invoice !== null) return this.plans.paymentOf(invoice!);
    return { intent: session.payment_intent!, amount: session.amount_total!, currency: session.currency! };
  }

  #tell(type: string, object: object): void {
    const copy = structuredClone(object);
    this.events.push({
      id: `evt_${randomUUID()}`,
      object: 'event',
      type: type as Stripe.Event['type'],
      created: now(),
      data: { object: copy },
    });
  }

  protected override do(name: string, url: URL, body: URLSearchParams): object {
    const [, id] = /^GET \/v1\/checkout\/sessions\/(.+)$/.exec(name) ?? [];
    if (id !== undefined) return this.#expanded(id);
    const ofPlans = this.plans.answer(name, url, body);
    if (ofPlans !== undefined) return ofPlans;
    switch (name) {
      case 'POST /v1/checkout/sessions':
        return this.#begin(body);
      case 'GET /v1/checkout/sessions':
        return listOf([...this.sessions.values()], url, ['payment_intent', 'status']);
      case 'GET /v1/refunds':
        return listOf([...this.refunds.values()], url, ['payment_intent']);
      case 'GET /v1/disputes':
        return listOf([...this.disputes.values()], url, ['payment_intent']);
      case 'POST /v1/refunds':
        return this.#refundAsked(body);
      default:
        throw new Error(`the double knows no ${name}`);
    }
  }

  #begin(body: URLSearchParams): Session {
    const plan = this.plans.order(body);
    const amount = plan?.amount ?? Number(body.get('line_items[0][price_data][unit_amount]'));
    const id = `cs_test_${randomUUID()}`;
    const session = {
      id,
      object: 'checkout.session',
      mode: body.get('mode') as 'payment' | 'subscription',
      status: 'open',
      payment_status: 'unpaid',
      amount_subtotal: amount,
      amount_total: amount,
      currency: plan?.currency ?? body.get('line_items[0][price_data][currency]'),
      client_reference_id: body.get('client_reference_id'),
      metadata: { purchase: body.get('metadata[purchase]')! },
      created: now(),
      expires_at: now() + 86_400,
      url: `https://checkout.stripe.example/${id}`,
      payment_intent: null,
      invoice: null,
      subscription: null,
      total_details: { amount_discount: 0 },
    } satisfies Session;
    this.sessions.set(id, session);
    if (plan !== undefined) this.plans.note(id, plan);
    return session;
  }

  #expanded(id: string): object {
    const session = this.sessions.get(id);
    if (session === undefined) throw new Error(`No such checkout.session: ${id}`);
    const { payment_intent: intent } = session;
    return { ...session, payment_intent: intent === null ? null : this.#intents.get(intent) };
  }

  #refundAsked(body: URLSearchParams): Refund {
    const intent = body.get('payment_intent')!;
    const amount = Number(body.get('amount'));
    const session = [...this.sessions.values()].find((one) => one.payment_intent === intent);
    const ref = session?.id ?? this.plans.invoiceOf(intent).id;
    const back = [...this.refunds.values()]
      .filter((one) => one.payment_intent === intent && one.status !== 'failed')
      .reduce((sum, one) => sum + one.amount, 0);
    if (back + amount > this.#paymentOf(ref).amount)
      throw new Error('Refund amount is greater than unrefunded amount');
    return this.refunds.get(this.refund(ref, amount, { refund: body.get('metadata[refund]')! }))!;
  }
}

export function listOf(all: { created: number }[], url: URL, filters: string[]): object {
  const since = Number(url.searchParams.get('created[gte]') ?? 0);
  const wanted = filters
    .map((name) => [name, url.searchParams.get(name)] as const)
    .filter(([, value]) => value !== null);
  const data = all.filter(
    (one) =>
      one.created >= since &&
      wanted.every(([name, value]) => (one as Record<string, unknown>)[name] === value),
  );
  return { object: 'list', data, has_more: false, url: url.pathname };
}

const now = () => Math.floor(Date.now() / 1000);
