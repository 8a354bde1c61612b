import type Stripe from 'stripe';
import type { Environment } from '../../config/environment.js';
import {
  BadSignatureError,
  RefundRefusedError,
  type Checkout,
  type Facts,
  type Frozen,
  type Hint,
  type PaymentProvider,
} from '../provider.js';
import { factsOf } from './facts.js';

/** Ours is pinned by the exact version of the SDK, and said so that an upgrade of it is a decision. */
const API_VERSION = '2026-10-28.endive';
/** Two of them fit into a request of ours. */
const TIMEOUT_MS = 4_000;

type Settings = Pick<
  Environment,
  'stripeSecretKey' | 'stripeWebhookSecret' | 'stripeApiUrl' | 'stripeTax' | 'publicUrl'
>;

/** Stripe Checkout, by its own SDK. It keeps cards, taxes, invoices and receipts; we keep references, and look. */
export class StripeProvider implements PaymentProvider {
  readonly name = 'stripe';
  readonly #secrets: string[];

  private constructor(
    private readonly stripe: Stripe,
    private readonly errors: typeof Stripe.errors,
    private readonly settings: Settings,
  ) {
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

  /** All of it follows from our row, so a second try under the same key is the same request. */
  async begin({ id, credits, amount, currency }: Frozen): Promise<Checkout> {
    const { publicUrl, stripeTax } = this.settings;
    const origin = publicUrl!.replace(/\/$/, '');
    const name = `${credits.toLocaleString('en')} credits`;
    const session = await this.stripe.checkout.sessions.create(
      {
        mode: 'payment',
        client_reference_id: id,
        metadata: { purchase: id },
        payment_intent_data: { metadata: { purchase: id } },
        line_items: [
          {
            quantity: 1,
            price_data: {
              currency: currency.toLowerCase(),
              unit_amount: amount,
              product_data: { name },
            },
          },
        ],
        success_url: `${origin}/#credits/${id}`,
        cancel_url: `${origin}/#credits`,
        adaptive_pricing: { enabled: false },
        invoice_creation: { enabled: true },
        ...(stripeTax === 'on' && {
          automatic_tax: { enabled: true },
          tax_id_collection: { enabled: true },
        }),
      },
      { idempotencyKey: `purchase:${id}` },
    );
    return { ref: session.id, url: session.url!, expiresAt: new Date(session.expires_at * 1000) };
  }

  async look(ref: string): Promise<Facts> {
    const session = await this.#session(ref);
    const intent = session.payment_intent;
    if (intent === null) return factsOf({ session, refunds: [], disputes: [] });
    const about = { payment_intent: typeof intent === 'string' ? intent : intent.id, limit: 100 };
    const [refunds, disputes] = await Promise.all([
      this.stripe.refunds.list(about).autoPagingToArray({ limit: 1_000 }),
      this.stripe.disputes.list(about).autoPagingToArray({ limit: 1_000 }),
    ]);
    return factsOf({ session, refunds, disputes });
  }

  async hear(raw: Buffer, headers: Record<string, unknown>): Promise<Hint | undefined> {
    const { type, data } = this.#verified(raw, headers['stripe-signature']) as Partial<Stripe.Event>;
    const object = data?.object;
    if (type === undefined || object === undefined) return undefined;
    if (object.object === 'checkout.session') return hintOf(object);
    const isAboutMoneyBack = /^(refund|charge\.refund|charge\.dispute)/.test(type);
    const intent = 'payment_intent' in object ? object.payment_intent : null;
    return isAboutMoneyBack && intent != null ? this.#hintOfPayment(intent) : undefined;
  }

  async refund(ref: string, { id, amount }: { id: string; amount: number }): Promise<void> {
    const { payment_intent: intent } = await this.#session(ref);
    if (intent === null) throw new RefundRefusedError('nothing was paid');
    const payment = typeof intent === 'string' ? intent : intent.id;
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

  async *newsSince(time: Date): AsyncGenerator<Hint> {
    const created = { gte: Math.floor(time.getTime() / 1000) };
    const page = { created, limit: 100 };
    for await (const session of this.stripe.checkout.sessions.list({ ...page, status: 'complete' })) {
      if (session.mode === 'payment') yield hintOf(session);
    }
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

  async #hintOfPayment(intent: string | Stripe.PaymentIntent): Promise<Hint | undefined> {
    const payment = typeof intent === 'string' ? intent : intent.id;
    const { data } = await this.stripe.checkout.sessions.list({ payment_intent: payment, limit: 1 });
    return data[0] && hintOf(data[0]);
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

function hintOf({ id, client_reference_id: purchaseId }: Stripe.Checkout.Session): Hint {
  return { ref: id, purchaseId };
}

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
