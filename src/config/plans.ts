import { MAX_AMOUNT, MONEY, minorUnits } from './money.js';
import { OFFER, readFamily } from './variable-family.js';

const SENTENCE = new RegExp(
  `^(\\d{1,16}) monthly for ${MONEY}( yearly)?(?:, carry (\\d{1,16}))?(?:, trial (\\d{1,16}) for (\\d{1,3}) days?)?$`,
);
/** Stripe's limit. */
const MAX_TRIAL_DAYS = 730;
const MUST_BE =
  'must be credits each month for money, as in "1000 monthly for 9.00 EUR", ' +
  '"1000 monthly for 90.00 EUR yearly" or "1000 monthly for 9.00 EUR, carry 300, trial 50 for 7 days"';

/** Credits every month for money, as `CREDIT_PLAN_PRO="1000 monthly for 9.00 EUR, carry 300"` says. */
export interface Plan {
  /** `PRO` */
  offer: string;
  /** Credits each month. */
  credits: number;
  /** In minor units, for all months that are paid at once. */
  amount: number;
  currency: string;
  /** How many months are paid at once: 1 or 12. */
  months: 1 | 12;
  /** The most credits that may be left over into the next month. */
  carry: number;
  trial: { credits: number; days: number } | null;
}

/** Every CREDIT_PLAN_<NAME>, in the order of the names; an empty one is none. */
export function readPlans(variables: Record<string, string | undefined>): {
  plans: Plan[];
  faults: string[];
} {
  const { values, faults } = readFamily(variables, {
    prefix: 'CREDIT_PLAN_',
    member: OFFER,
    read: (sentence, offer) => {
      if (variables[`CREDIT_PACK_${offer}`]) return 'must not have the name of a pack';
      return planOf(offer, sentence) ?? MUST_BE;
    },
  });
  return { plans: values, faults };
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
