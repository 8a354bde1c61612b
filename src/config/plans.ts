import { MAX_AMOUNT, PRICE_OF_OFFER, minorUnits, printable } from './offers.js';

const PREFIX = 'CREDIT_PLAN_';
const SENTENCE = new RegExp(
  `^(\\d{1,16}) monthly for ${PRICE_OF_OFFER}( yearly)?(?:, carry (\\d{1,16}))?(?:, trial (\\d{1,16}) for (\\d{1,3}) days?)?$`,
);
/** What Stripe takes. */
const MAX_TRIAL_DAYS = 730;

/** Credits every month for money, as `CREDIT_PLAN_PRO="1000 monthly for 9.00 EUR, carry 300"` says. */
export interface Plan {
  /** `PRO` */
  offer: string;
  /** Each month. */
  credits: number;
  /** In minor units, for all months that are paid at once. */
  amount: number;
  currency: string;
  /** So many are paid at once: 1, or the 12 of a year. */
  months: 1 | 12;
  /** So many credits of a month, at most, may be left over in the next. */
  carry: number;
  trial: { credits: number; days: number } | null;
}

/** Every CREDIT_PLAN_<NAME>, in the order of the names; an empty one is none. */
export function readPlans(variables: Record<string, string | undefined>): {
  plans: Plan[];
  faults: string[];
} {
  const plans: Plan[] = [];
  const faults: string[] = [];
  for (const name of Object.keys(variables).sort()) {
    const sentence = variables[name];
    if (!name.startsWith(PREFIX) || !sentence) continue;
    const offer = name.slice(PREFIX.length);
    const plan = planOf(offer, sentence);
    if (!/^[A-Z][A-Z0-9_]{0,49}$/.test(offer)) {
      faults.push(`${printable(name)} must name an offer in capitals, digits and underscores`);
    } else if (variables[`CREDIT_PACK_${offer}`]) {
      faults.push(`${name} must not have the name of a pack`);
    } else if (plan === undefined) {
      faults.push(
        `${name} must be credits each month for money, as in "1000 monthly for 9.00 EUR", ` +
          '"1000 monthly for 90.00 EUR yearly" or "1000 monthly for 9.00 EUR, carry 300, trial 50 for 7 days"',
      );
    } else {
      plans.push(plan);
    }
  }
  return { plans, faults };
}

function planOf(offer: string, sentence: string): Plan | undefined {
  const [, credits = '', money = '', currency = '', yearly, carry = '0', trial, days] =
    SENTENCE.exec(sentence) ?? [];
  const plan: Plan = {
    offer,
    credits: Number(credits),
    amount: minorUnits(money, currency),
    currency,
    months: yearly === undefined ? 1 : 12,
    carry: Number(carry),
    trial: trial === undefined ? null : { credits: Number(trial), days: Number(days) },
  };
  const { amount } = plan;
  const isSold =
    plan.credits > 0 && Number.isSafeInteger(plan.credits * 12) && Number.isSafeInteger(plan.carry);
  const isTried =
    plan.trial === null ||
    (Number.isSafeInteger(plan.trial.credits) &&
      plan.trial.credits > 0 &&
      plan.trial.days > 0 &&
      plan.trial.days <= MAX_TRIAL_DAYS);
  return isSold && isTried && amount > 0 && amount <= MAX_AMOUNT ? plan : undefined;
}
