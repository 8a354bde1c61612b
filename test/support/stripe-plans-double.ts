import { randomUUID } from 'node:crypto';
import type Stripe from 'stripe';
import type { Invoice, Line, Order, Price, Subscription, Till } from './stripe-plans-shapes.js';

// Stripe Billing as far as the product uses it: prices, customers, subscriptions and their invoices, with the shapes of the
// SDK's types. Time is the test's: a period is over when the test says so.

const DAY = 86_400;

export class PlansDouble {
  readonly prices = new Map<string, Price>();
  readonly customers = new Set<string>();
  readonly subscriptions = new Map<string, Subscription>();
  readonly invoices = new Map<string, Invoice>();
  /** What customers have with Stripe, from what was set off. */
  readonly balances = new Map<string, number>();
  /** The bank refuses from now on. */
  isDeclining = false;
  readonly #orders = new Map<string, Order>();

  constructor(private readonly till: Till) {}

  /** The buyer subscribes at a checkout; so many days ago. Answers what Stripe calls the subscription. */
  subscribe(ref: string, { daysAgo = 0 } = {}): string {
    const { price, customer, purchase, trialDays } = this.#orders.get(ref)!;
    const id = `sub_${randomUUID()}`;
    const start = now() - daysAgo * DAY;
    const end = trialDays > 0 ? start + trialDays * DAY : after(start, price);
    const item = { id: `si_${randomUUID()}`, price, current_period_start: start, current_period_end: end };
    const subscription = {
      id,
      object: 'subscription',
      status: trialDays > 0 ? 'trialing' : 'active',
      cancel_at_period_end: false,
      cancel_at: null,
      created: start,
      customer,
      metadata: { purchase },
      latest_invoice: null,
      items: { data: [item] },
    } satisfies Subscription;
    this.subscriptions.set(id, subscription);
    this.till.tell('customer.subscription.created', subscription);
    const line = lineOf(price, trialDays > 0 ? 0 : price.unit_amount!, start, end);
    const invoice = this.#bill(id, [line], 'subscription_create');
    const session = this.till.sessionOf(ref);
    Object.assign(session, { status: 'complete', subscription: id, invoice: invoice.id });
    session.payment_status = trialDays > 0 ? 'no_payment_required' : 'paid';
    this.till.tell('checkout.session.completed', session);
    return id;
  }

  /** The period is over and the next is paid, or not while the bank refuses. */
  renew(id: string): string {
    const subscription = this.subscriptions.get(id)!;
    const item = subscription.items.data[0]!;
    item.current_period_start = item.current_period_end;
    item.current_period_end = after(item.current_period_start, item.price);
    const { price, current_period_start: start, current_period_end: end } = item;
    const invoice = this.#bill(id, [lineOf(price, price.unit_amount!, start, end)], 'subscription_cycle');
    subscription.status = invoice.status === 'paid' ? 'active' : 'past_due';
    this.till.tell('customer.subscription.updated', subscription);
    return invoice.id;
  }

  /** A card was mended, or the bank thought better of it. */
  payLate(invoiceId: string): void {
    const invoice = this.invoices.get(invoiceId)!;
    this.#payInvoice(invoice);
    const subscription = this.subscriptions.get(invoice.parent.subscription_details.subscription)!;
    subscription.status = 'active';
    this.till.tell('customer.subscription.updated', subscription);
  }

  /** In the dashboard: the rest of the period (half of it) is set off, and another price charged for it. */
  changeInDashboard(id: string, to: { id: string }): string {
    const subscription = this.subscriptions.get(id)!;
    const item = subscription.items.data[0]!;
    const price = this.prices.get(to.id)!;
    const middle = Math.floor((item.current_period_start + item.current_period_end) / 2);
    const half = (of: Price) => Math.floor(of.unit_amount! / 2);
    const lines = [
      lineOf(item.price, -half(item.price), middle, item.current_period_end),
      lineOf(price, half(price), middle, item.current_period_end),
    ];
    item.price = price;
    const invoice = this.#bill(id, lines, 'subscription_update');
    this.till.tell('customer.subscription.updated', subscription);
    return invoice.id;
  }

  cancelAtPeriodEnd(id: string): void {
    const subscription = this.subscriptions.get(id)!;
    subscription.cancel_at_period_end = true;
    this.till.tell('customer.subscription.updated', subscription);
  }

  end(id: string): void {
    const subscription = this.subscriptions.get(id)!;
    subscription.status = 'canceled';
    this.till.tell('customer.subscription.deleted', subscription);
  }

  paymentOf(invoiceId: string): { intent: string; amount: number; currency: string } {
    const { payments, amount_paid: amount, currency } = this.invoices.get(invoiceId)!;
    return { intent: payments.data[0]!.payment.payment_intent, amount, currency };
  }

  invoiceOf(intent: string): Invoice {
    return [...this.invoices.values()].find(({ payments }) =>
      payments.data.some(({ payment }) => payment.payment_intent === intent),
    )!;
  }

  /** What a checkout of a plan orders; undefined for one of a pack. */
  order(body: URLSearchParams): Order | undefined {
    const price = this.prices.get(body.get('line_items[0][price]') ?? '');
    if (price === undefined) return undefined;
    const trialDays = Number(body.get('subscription_data[trial_period_days]') ?? 0);
    return {
      price,
      customer: body.get('customer')!,
      purchase: body.get('subscription_data[metadata][purchase]')!,
      trialDays,
      amount: trialDays > 0 ? 0 : price.unit_amount!,
      currency: price.currency,
    };
  }

  note(ref: string, order: Order): void {
    this.#orders.set(ref, order);
  }

  /** The answer to a request; undefined for one that is not about plans. */
  answer(name: string, url: URL, body: URLSearchParams): object | undefined {
    const [, method, path = ''] = /^(\w+) \/v1\/(.+)$/.exec(name)!;
    const [collection = '', id = '', act] = path.split('/');
    switch (`${method} ${collection}`) {
      case 'POST prices':
        return this.#makePrice(body);
      case 'POST customers': {
        const customer = `cus_${randomUUID()}`;
        this.customers.add(customer);
        return { id: customer, object: 'customer' };
      }
      case 'POST checkout':
        return act === undefined || !path.endsWith('/expire') ? undefined : this.#expire(path.split('/')[2]!);
      case 'GET subscriptions':
        return known(this.subscriptions, id);
      case 'POST subscriptions':
        return this.#change(id, body);
      case 'DELETE subscriptions':
        if (known(this.subscriptions, id).status === 'canceled')
          throw new Error(`No such subscription: ${id}`);
        this.end(id);
        return this.subscriptions.get(id)!;
      case 'GET invoices':
        return id === '' ? this.#invoices(url.searchParams) : known(this.invoices, id);
      case 'GET invoice_payments': {
        const invoice = this.invoiceOf(url.searchParams.get('payment[payment_intent]')!) as
          Invoice | undefined;
        return {
          object: 'list',
          data: invoice === undefined ? [] : [{ invoice: invoice.id }],
          has_more: false,
        };
      }
      case 'POST billing_portal':
        return { url: `https://billing.stripe.example/${body.get('customer')}` };
      default:
        return undefined;
    }
  }

  #makePrice(body: URLSearchParams): Price {
    const id = `price_${randomUUID()}`;
    const price = {
      id,
      object: 'price',
      currency: body.get('currency')!,
      unit_amount: Number(body.get('unit_amount')),
      interval: body.get('recurring[interval]') as Price['interval'],
    } satisfies Price;
    this.prices.set(id, price);
    return price;
  }

  #expire(ref: string): object {
    const session = this.till.sessionOf(ref);
    if (session.status !== 'open')
      throw new Error('Only Checkout Sessions with a status of open can be expired');
    session.status = 'expired';
    this.till.tell('checkout.session.expired', session);
    return session;
  }

  /** Without proration, as the product asks for it. */
  #change(id: string, body: URLSearchParams): object {
    const subscription = known(this.subscriptions, id);
    const item = subscription.items.data[0]!;
    if (body.get('items[0][id]') !== item.id || body.get('proration_behavior') !== 'none') {
      throw new Error('the double changes one item, without proration');
    }
    const price = known(this.prices, body.get('items[0][price]')!);
    if (body.get('billing_cycle_anchor[type]') === 'now') {
      if (this.isDeclining) throw new DeclinedError();
      subscription.metadata = { purchase: body.get('metadata[purchase]')! };
      item.current_period_start = now();
      item.current_period_end = after(now(), price);
      const { current_period_start: start, current_period_end: end } = item;
      this.#bill(id, [lineOf(price, price.unit_amount!, start, end)], 'subscription_update');
    }
    item.price = price;
    this.till.tell('customer.subscription.updated', subscription);
    return subscription;
  }

  #bill(id: string, lines: Line[], reason: Stripe.Invoice.BillingReason): Invoice {
    const subscription = this.subscriptions.get(id)!;
    const total = lines.reduce((sum, { amount }) => sum + amount, 0);
    const balance = this.balances.get(subscription.customer) ?? 0;
    const due = Math.max(0, total - balance);
    this.balances.set(subscription.customer, balance - (total - due));
    const invoice = {
      id: `in_${randomUUID()}`,
      object: 'invoice',
      status: 'open',
      currency: subscription.items.data[0]!.price.currency,
      total,
      amount_due: due,
      amount_paid: 0,
      billing_reason: reason,
      hosted_invoice_url: 'https://invoice.stripe.example/1',
      created: now(),
      parent: {
        subscription_details: { subscription: id, metadata: { ...subscription.metadata } },
        quote_details: null,
        type: 'subscription_details' as const,
      },
      lines: { data: lines },
      payments: { data: [] },
    } satisfies Invoice;
    this.invoices.set(invoice.id, invoice);
    subscription.latest_invoice = invoice.id;
    if (this.isDeclining && due > 0) this.till.tell('invoice.payment_failed', invoice);
    else this.#payInvoice(invoice);
    return invoice;
  }

  #payInvoice(invoice: Invoice): void {
    invoice.status = 'paid';
    invoice.amount_paid = invoice.amount_due;
    if (invoice.amount_due > 0) {
      invoice.payments.data = [{ payment: { type: 'payment_intent', payment_intent: this.till.pay() } }];
    }
    this.till.tell('invoice.paid', invoice);
  }

  /** Of a subscription, or those that were made since then in a state; newest first. */
  #invoices(asked: URLSearchParams): object {
    const [of, status, since] = ['subscription', 'status', 'created[gte]'].map((name) => asked.get(name));
    const data = [...this.invoices.values()].filter(
      (one) =>
        (of ?? one.parent.subscription_details.subscription) ===
          one.parent.subscription_details.subscription &&
        (status ?? one.status) === one.status &&
        one.created >= Number(since ?? 0),
    );
    return { object: 'list', data: data.reverse(), has_more: false };
  }
}

/** The bank says no: 402. */
export class DeclinedError extends Error {}

function lineOf(price: Price, amount: number, start: number, end: number): Line {
  const price_details = { price: price.id, product: 'prod_1' };
  return {
    object: 'line_item',
    amount,
    period: { start, end },
    pricing: { type: 'price_details', price_details, unit_amount_decimal: null },
  };
}

function after(start: number, { interval }: Price): number {
  const time = new Date(start * 1000);
  time.setUTCMonth(time.getUTCMonth() + (interval === 'month' ? 1 : 12));
  return Math.floor(time.getTime() / 1000);
}

function known<T>(all: Map<string, T>, id: string): T {
  const one = all.get(id);
  if (one === undefined) throw new Error(`No such object: ${id}`);
  return one;
}

const now = () => Math.floor(Date.now() / 1000);
