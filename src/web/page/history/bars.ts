import type { Entry } from '../api/types.js';
import { actionName, shortDay } from '../parts/words.js';

export interface Bar {
  name: string;
  credits: number;
  /** Pieces of work. */
  count: number;
}

/** Midnight where the reader is, so many days before today; a day is not always 24 hours. */
export function startOfDay(now: Date, daysAgo: number): Date {
  return new Date(now.getFullYear(), now.getMonth(), now.getDate() - daysAgo);
}

/** What charges came to, less what was given back of them: one bar for each local day, also for the idle ones. */
export function dayBars(charges: readonly Entry[], from: Date, days: number): Bar[] {
  const used = groupNet(charges, ({ createdAt }) => startOfDay(new Date(createdAt), 0).getTime());
  return Array.from({ length: days }, (_, index) => {
    const day = startOfDay(from, -index);
    return { name: shortDay(day), ...(used.get(day.getTime()) ?? NOTHING) };
  });
}

/** The same by action, the dearest first. */
export function actionBars(charges: readonly Entry[]): Bar[] {
  return [...groupNet(charges, ({ action }) => action)]
    .map(([action, used]) => ({ name: actionName(action), ...used }))
    .sort((one, other) => other.credits - one.credits);
}

const NOTHING = { credits: 0, count: 0 };

function groupNet<K>(charges: readonly Entry[], keyOf: (charge: Entry) => K) {
  const groups = new Map<K, { credits: number; count: number }>();
  for (const charge of charges) {
    const { credits, count } = groups.get(keyOf(charge)) ?? NOTHING;
    const net = -charge.amount - (charge.refunded ?? 0);
    groups.set(keyOf(charge), { credits: credits + net, count: count + 1 });
  }
  return groups;
}
