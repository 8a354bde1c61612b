import { startProduct, type ProductProcess } from '../app/product-process.js';
import { StripeDouble } from '../support/stripe-double.js';
import { sellingThrough } from './stripe-shop.js';

/** A product that sells by Stripe, as a process of its own. */
export interface ShopProcess {
  product: ProductProcess;
  stripe: StripeDouble;
  close(): Promise<void>;
}

export async function startShop(variables: Record<string, string> = {}): Promise<ShopProcess> {
  const stripe = await StripeDouble.open();
  const product = await startProduct({ ...sellingThrough(stripe), ...variables });
  return {
    product,
    stripe,
    async close() {
      await product.close();
      await stripe.close();
    },
  };
}
