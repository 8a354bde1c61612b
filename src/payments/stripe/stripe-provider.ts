import type Stripe from 'stripe';
import type { Environment } from '../../config/environment.js';
import {
  BadSignatureError,
  RefundRefusedError,
  type PaymentFacts,
  type Frozen,
  type Hint,
  type PaymentProvider,
} from '../provider.js';
import { counted } from '../../credits/plumbing.js';
import { checkoutOf, commonOf } from './checkout.js';
import { factsOf, idOf, type MoneyBack } from './facts.js';
import { factsOfInvoice, intentsOf, subscriptionOf } from './invoices.js';
import { ifKnown, unlessOver } from './known.js';
import { StripePlans } from './stripe-plans.js';
import type { Checkout } from '../checkout.js';

/** The SDK's exact version pins the API version; it is named here so that an upgrade is a decision. */
const API_VERSION = '2026-10-28.endive';
/** Two attempts fit into one request of ours. */
const TIMEOUT_MS = 4_000;

type Settings = Pick<
  Environment,
  'stripeSecretKey' | 'stripeWebhookSecret' | 'stripeApiUrl' | 'stripeTax' | 'publicUrl'
>;

/** Stripe Checkout, by its own SDK. It keeps cards, taxes, invoices and receipts; we keep references, and look. */
export class StripeProvider implements PaymentProvider {
  readonly name = 'stripe';
  readonly plans: StripePlans;
  readonly #secrets: string[];

  private constructor(
    private readonly stripe: Stripe,
    private readonly errors: typeof Stripe.errors,
    private readonly settings: Settings,
  ) {
    this.plans = new StripePlans(stripe, errors, settings);
    this.#secrets = settings.stripeWebhookSecret?.split(/ +/) ?? [];
  }

  /** The SDK is large, so it is loaded only where Stripe is used. */
  static async open(settings: Settings): Promise<StripeProvider> {
    const { default: Client } = await import('stripe');
    const stripe = new Client(settings.stripeSecretKey!, {
      apiVersion: API_VERSION,
      timeout: TIMEOUT_MS,
      maxNetworkRetries: 1,
      telemetry: false,
      ...addressOf(settings.stripeApiUrl),
    });
    return new StripeProvider(stripe, Client.errors, settings);
  }

  get canHear(): boolean {
    return this.#secrets.length > 0;
  }

  async begin({ id, credits, amount, currency }: Frozen): Promise<Checkout> {
    const name = counted(credits, 'credit');
    const price_data = {
      currency: currency.toLowerCase(),
      unit_amount: amount,
      product_data: { name },
    };
    const session = await this.stripe.checkout.sessions.create(
      {
        ...commonOf(id, this.settings),
        mode: 'payment',
        payment_intent_data: { metadata: { purchase: id } },
        line_items: [{ quantity: 1, price_data }],
        invoice_creation: { enabled: true },
      },
      { idempotencyKey: `purchase:${id}` },
    );
    return checkoutOf(session);
  }

  /** A checkout, or an invoice of a subscription. */
  look(ref: string): Promise<PaymentFacts | undefined> {
    return ifKnown(this.#look(ref));
  }

  async #look(ref: string): Promise<PaymentFacts> {
    if (isInvoice(ref)) return this.#factsOfInvoice(await this.#invoice(ref));
    const session = await this.#session(ref);
    const { invoice, payment_intent: intent } = session;
    if (session.mode === 'subscription' && session.status === 'complete' && invoice !== null) {
      const facts = await this.#factsOfInvoice(await this.#invoice(idOf(invoice)));
      return { ...facts, isPending: facts.state === 'open' };
    }
    return factsOf(session, await this.#moneyBack(intent === null ? [] : [idOf(intent)]));
  }

  async abandon(ref: string): Promise<void> {
    await unlessOver(this.stripe.checkout.sessions.expire(ref), this.errors);
  }

  async hear(raw: Buffer, headers: Record<string, unknown>): Promise<Hint | undefined> {
    const { type, data } = this.#verified(raw, headers['stripe-signature']) as Partial<Stripe.Event>;
    const object = data?.object;
    if (type === undefined || object === undefined) return undefined;
    if (object.object === 'checkout.session') return hintOf(object);
    if (object.object === 'subscription') return hintOfSubscription(object.id, object.metadata);
    if (object.object === 'invoice') return hintOfInvoice(object);
    const isAboutMoneyBack = /^(refund|charge\.refund|charge\.dispute)/.test(type);
    const intent = 'payment_intent' in object ? object.payment_intent : null;
    return isAboutMoneyBack && intent != null ? this.#hintOfPayment(intent) : undefined;
  }

  async refund(ref: string, { id, amount }: { id: string; amount: number }): Promise<void> {
    const [payment] = (await ifKnown(this.#intentsOf(ref))) ?? [];
    if (payment === undefined) throw new RefundRefusedError('nothing was paid');
    try {
      await this.stripe.refunds.create(
        { payment_intent: payment, amount, metadata: { refund: id } },
        { idempotencyKey: `refund:${id}` },
      );
    } catch (error) {
      const { StripeInvalidRequestError, StripeCardError } = this.errors;
      if (error instanceof StripeInvalidRequestError || error instanceof StripeCardError) {
        throw new RefundRefusedError(error.message, { cause: error });
      }
      throw error;
    }
  }

  async *paidOfThoseBegunSince(time: Date): AsyncGenerator<Hint> {
    const complete = { ...pageSince(time), status: 'complete' } as const;
    for await (const session of this.stripe.checkout.sessions.list(complete)) {
      if (session.payment_status !== 'unpaid') yield hintOf(session);
    }
    for await (const invoice of this.stripe.invoices.list({ ...pageSince(time), status: 'paid' })) {
      const hint = hintOfInvoice(invoice);
      if (hint !== undefined && invoice.amount_paid > 0) yield hint;
    }
  }

  async *reversedSince(time: Date): AsyncGenerator<Hint> {
    const page = pageSince(time);
    for (const list of [this.stripe.refunds.list(page), this.stripe.disputes.list(page)]) {
      for await (const { payment_intent: intent } of list as AsyncIterable<Stripe.Refund | Stripe.Dispute>) {
        const hint = intent === null ? undefined : await this.#hintOfPayment(intent);
        if (hint !== undefined) yield hint;
      }
    }
  }

  #session(ref: string): Promise<Stripe.Checkout.Session> {
    return this.stripe.checkout.sessions.retrieve(ref, {
      expand: ['payment_intent.latest_charge', 'invoice'],
    });
  }

  #invoice(ref: string): Promise<Stripe.Invoice> {
    return this.stripe.invoices.retrieve(ref, { expand: ['payments'] });
  }

  async #factsOfInvoice(invoice: Stripe.Invoice): Promise<PaymentFacts> {
    return factsOfInvoice(invoice, await this.#moneyBack(intentsOf(invoice)));
  }

  async #moneyBack(intents: readonly string[]): Promise<MoneyBack> {
    const back = await Promise.all(
      intents.flatMap((payment_intent) => {
        const about = { payment_intent, limit: 100 };
        return [
          this.stripe.refunds.list(about).autoPagingToArray({ limit: 1_000 }),
          this.stripe.disputes.list(about).autoPagingToArray({ limit: 1_000 }),
        ] as const;
      }),
    );
    const all = back.flat();
    return {
      refunds: all.filter((one): one is Stripe.Refund => one.object === 'refund'),
      disputes: all.filter((one): one is Stripe.Dispute => one.object === 'dispute'),
    };
  }

  async #intentsOf(ref: string): Promise<string[]> {
    if (isInvoice(ref)) return intentsOf(await this.#invoice(ref));
    const { payment_intent: intent, invoice } = await this.#session(ref);
    if (intent !== null) return [idOf(intent)];
    return invoice === null ? [] : intentsOf(await this.#invoice(idOf(invoice)));
  }

  async #hintOfPayment(intent: string | Stripe.PaymentIntent): Promise<Hint | undefined> {
    const payment_intent = idOf(intent);
    const sessions = await this.stripe.checkout.sessions.list({ payment_intent, limit: 1 });
    if (sessions.data[0] !== undefined) return hintOf(sessions.data[0]);
    const about = { type: 'payment_intent', payment_intent } as const;
    const payments = await this.stripe.invoicePayments.list({ payment: about, limit: 1 });
    const invoice = payments.data[0]?.invoice;
    return invoice === undefined ? undefined : { about: 'payment', ref: idOf(invoice), purchaseId: null };
  }

  /** Several secrets are good while one is replaced. */
  #verified(raw: Buffer, signature: unknown): Stripe.Event {
    for (const secret of typeof signature === 'string' ? this.#secrets : []) {
      try {
        return this.stripe.webhooks.constructEvent(raw, signature as string, secret);
      } catch {
        // Another one may fit.
      }
    }
    throw new BadSignatureError('no secret of ours has signed it');
  }
}

function pageSince(time: Date) {
  return { created: { gte: Math.floor(time.getTime() / 1000) }, limit: 100 };
}

/** By our own mark: other software with the same account may put ids of its own into `client_reference_id`. */
function hintOf({ id, metadata, invoice }: Stripe.Checkout.Session): Hint {
  const ofPlan = invoice == null ? {} : { invoice: idOf(invoice) };
  return { about: 'payment', ref: id, purchaseId: metadata?.['purchase'] ?? null, ...ofPlan };
}

function hintOfInvoice(invoice: Stripe.Invoice): Hint | undefined {
  const ref = subscriptionOf(invoice);
  if (ref === null) return undefined;
  const metadata = invoice.parent?.subscription_details?.metadata;
  return { ...hintOfSubscription(ref, metadata), invoice: invoice.id };
}

function hintOfSubscription(ref: string, metadata: Stripe.Metadata | null | undefined): Hint {
  return { about: 'subscription', ref, purchaseId: metadata?.['purchase'] ?? null };
}

const isInvoice = (ref: string) => ref.startsWith('in_');

function addressOf(url: string | undefined) {
  if (url === undefined) return {};
  const { hostname: host, port, protocol } = new URL(url);
  const isSecure = protocol === 'https:';
  return {
    host,
    port: port === '' ? (isSecure ? 443 : 80) : Number(port),
    protocol: isSecure ? ('https' as const) : ('http' as const),
  };
}
