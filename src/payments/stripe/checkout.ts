import type Stripe from 'stripe';
import type { Environment } from '../../config/environment.js';
import type { Checkout } from '../checkout.js';

/** What every checkout of ours says. All of it follows from our row, so a second try under the same key is the same request. */
export function commonOf(
  purchaseId: string,
  { publicUrl, stripeTax }: Pick<Environment, 'publicUrl' | 'stripeTax'>,
) {
  const origin = publicUrl!.replace(/\/$/, '');
  return {
    client_reference_id: purchaseId,
    metadata: { purchase: purchaseId },
    success_url: `${origin}/#credits/${purchaseId}`,
    cancel_url: `${origin}/#credits`,
    adaptive_pricing: { enabled: false },
    ...(stripeTax === 'on' && {
      automatic_tax: { enabled: true },
      tax_id_collection: { enabled: true },
    }),
  } satisfies Stripe.Checkout.SessionCreateParams;
}

export function checkoutOf({ id, url, expires_at: expires }: Stripe.Checkout.Session): Checkout {
  return { ref: id, url: url!, expiresAt: new Date(expires * 1000) };
}
