import type { Usage } from '../api/types.js';
import { actionName } from '../parts/words.js';

export interface Bar {
  name: string;
  credits: number;
  count: number;
}

const DAY_MS = 86_400_000;
const shortDays = new Intl.DateTimeFormat(undefined, { day: 'numeric', month: 'short', timeZone: 'UTC' });

/** One for each day, also for those on which nothing was used. */
export function dayBars(usage: Usage[], from: Date, days: number): Bar[] {
  const byDay = new Map(usage.map((used) => [used.key, used]));
  return Array.from({ length: days }, (_, index) => {
    const date = new Date(from.getTime() + index * DAY_MS);
    const { credits = 0, count = 0 } = byDay.get(date.toISOString().slice(0, 10)) ?? {};
    return { name: shortDays.format(date), credits, count };
  });
}

export function actionBars(usage: Usage[]): Bar[] {
  return usage
    .map(({ key, credits, count }) => ({ name: actionName(key), credits, count }))
    .sort((one, other) => other.credits - one.credits);
}
