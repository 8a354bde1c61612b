import type Stripe from 'stripe';

/** Undefined where Stripe knows nothing of that name with our key: it was made with another one. */
export async function ifKnown<T>(asked: Promise<T>): Promise<T | undefined> {
  try {
    return await asked;
  } catch (error) {
    if ((error as { code?: unknown } | null)?.code === 'resource_missing') return undefined;
    throw error;
  }
}

/** Stripe refuses to end what has ended already; the look that follows tells whether it has. */
export async function unlessOver(act: Promise<unknown>, errors: typeof Stripe.errors): Promise<void> {
  try {
    await act;
  } catch (error) {
    if (!(error instanceof errors.StripeInvalidRequestError)) throw error;
  }
}
