import type { AuthMode } from './authentication-rules.js';
import { digitsOf } from './money.js';
import { DEMO_PACK, type Pack } from './packs.js';
import type { Plan } from './plans.js';
import { isLoopbackHost } from './text-rules.js';

export type PaymentMode = 'off' | 'demo' | 'stripe';

export const PAYMENT_MODES: readonly PaymentMode[] = ['off', 'demo', 'stripe'];

interface PaymentSettings {
  authMode: AuthMode;
  host: string;
  trustProxy: string[];
  publicUrl?: string;
  payments?: PaymentMode;
  stripeSecretKey?: string;
}

/** Play money is allowed only if nobody but the user of this machine can get in. */
function isAtHome({ authMode, host }: PaymentSettings): boolean {
  return authMode === 'embedded' && isLoopbackHost(host);
}

/** The demo needs no setting; anything that hints at other people switches it off. */
export function paymentModeOf(
  settings: PaymentSettings,
  { nodeEnv, servers }: { nodeEnv: string | undefined; servers: number },
): PaymentMode {
  const { payments, trustProxy, publicUrl } = settings;
  if (payments !== undefined) return payments;
  const isForOthers =
    servers > 1 || trustProxy.length > 0 || publicUrl !== undefined || nodeEnv === 'production';
  return isAtHome(settings) && !isForOthers ? 'demo' : 'off';
}

/** The packs and plans that have a price. */
export interface Priced {
  packs: readonly Pack[];
  plans: readonly Plan[];
}

/** The packs and plans that are sold. */
export function soldOf(mode: PaymentMode, { packs, plans }: Priced): Priced {
  if (mode === 'off') return { packs: [], plans: [] };
  const isFree = packs.length === 0 && !plans.some(({ offer }) => offer === DEMO_PACK.offer);
  return { packs: mode === 'demo' && isFree ? [DEMO_PACK] : packs, plans };
}

/** The variables that PAYMENTS needs, and those it excludes. */
export function paymentFaults(settings: PaymentSettings, { packs, plans }: Priced): string[] {
  const { payments, stripeSecretKey, publicUrl } = settings;
  if (payments === 'demo' && !isAtHome(settings)) {
    return ['PAYMENTS must not be demo unless AUTH_MODE is embedded and HOST is a loopback address'];
  }
  if (payments !== 'stripe') return [];
  const needed = { STRIPE_SECRET_KEY: stripeSecretKey, PUBLIC_URL: publicUrl };
  const missing = Object.keys(needed).filter((name) => needed[name as keyof typeof needed] === undefined);
  const offers = [
    ...packs.map(({ offer, currency }) => ({ name: `CREDIT_PACK_${offer}`, currency })),
    ...plans.map(({ offer, currency }) => ({ name: `CREDIT_PLAN_${offer}`, currency })),
  ];
  return [
    ...missing.map((name) => `${name} must be set when PAYMENTS is stripe`),
    ...offers
      .filter(({ currency }) => digitsOf(currency) !== digitsAtStripe(currency))
      .map(({ name }) => `${name} must be in a currency that Stripe counts as everybody else does`),
  ];
}

const WITHOUT_DIGITS = 'BIF CLP DJF GNF JPY KMF KRW MGA PYG RWF VND VUV XAF XOF XPF'.split(' ');
const WITH_THREE = 'BHD JOD KWD OMR TND'.split(' ');

/**
 * https://docs.stripe.com/currencies: for some currencies, like ISK and UGX, Stripe counts hundredths that do not
 * exist.
 */
function digitsAtStripe(currency: string): number {
  if (WITHOUT_DIGITS.includes(currency)) return 0;
  return WITH_THREE.includes(currency) ? 3 : 2;
}
