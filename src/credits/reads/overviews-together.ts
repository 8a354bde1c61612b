import { MOST_ACTS, type ActOfOperator } from './acts.js';
import type { DayOfBooks, Overview } from './overview.js';

/** The books of two groups of wallets as those of one. */
export function together(one: Overview, other: Overview): Overview {
  const sum = (name: 'wallets' | 'atZero' | 'outstanding' | 'held' | 'owed') =>
    capped(one[name] + other[name]);
  return {
    wallets: sum('wallets'),
    atZero: sum('atZero'),
    outstanding: sum('outstanding'),
    held: sum('held'),
    owed: sum('owed'),
    days: daysTogether(one.days, other.days),
    acts: actsTogether([...one.acts, ...other.acts]),
  };
}

/** A day that began between the two readings is one in which nothing has happened yet. */
function daysTogether(one: readonly DayOfBooks[], other: readonly DayOfBooks[]): DayOfBooks[] {
  const days = new Map(one.map((day) => [day.day, day]));
  for (const { day, ...figures } of other) {
    const before = days.get(day);
    const names = Object.keys(figures) as (keyof typeof figures)[];
    const sums = names.map((name) => [name, capped((before?.[name] ?? 0) + figures[name])]);
    days.set(day, { day, ...(Object.fromEntries(sums) as typeof figures) });
  }
  return [...days.values()].sort((a, b) => (a.day < b.day ? -1 : 1));
}

function actsTogether(acts: readonly ActOfOperator[]): ActOfOperator[] {
  const merged = new Map<string, ActOfOperator>();
  for (const act of acts) {
    const { at, actor, kind, reason } = act;
    const key = JSON.stringify([at.slice(0, 13), actor, kind, reason]);
    const before = merged.get(key);
    merged.set(key, before === undefined ? act : actTogether(before, act));
  }
  return [...merged.values()].sort((a, b) => (a.at < b.at ? 1 : -1)).slice(0, MOST_ACTS);
}

function actTogether(one: ActOfOperator, other: ActOfOperator): ActOfOperator {
  const credits = capped(one.credits + other.credits);
  const at = one.at < other.at ? other.at : one.at;
  const id = one.id < other.id ? one.id : other.id;
  return { ...one, id, at, credits, entries: one.entries + other.entries, userId: null };
}

const capped = (sum: number): number =>
  Math.max(Math.min(sum, Number.MAX_SAFE_INTEGER), -Number.MAX_SAFE_INTEGER);
