import type { PaidRequest } from '../api/send.js';
import type { CreditsProblem } from '../../../client/problem.js';
import type { Refusal } from '../api/problem.js';
import type { Charge, ExportFacts } from '../api/types.js';
import type { ShelfName } from '../state/library-changes.js';
import { written } from '../parts/legible.js';

/** What somebody asked for: one file to bring in, or one export. */
export interface Job {
  id: string;
  title: string;
  /** What is made of it, behind its title. */
  format?: string;
  /** Of the file; null for an export. */
  bytes: number | null;
  /** What it costs is the price of this action; null is free. */
  action: string | null;
  request: PaidRequest;
  /** Where what comes of it will be. */
  shelf: ShelfName;
  /** A new one only when something else may happen than at the first try. */
  idempotencyKey: string;
  state: JobState;
  /** False where the browser could not store it, so that it lives no longer than this tab. */
  isKept?: boolean;
}

/** What it is called in words of ours. */
export function nameOfJob({ title, format }: Pick<Job, 'title' | 'format'>): string {
  return format === undefined ? written(title) : `${written(title)} (${format})`;
}

/**
 * waiting → sending → working → done
 *                            → refused   nothing charged, nothing to be done about it
 *                            → short     nothing charged; goes on by itself, with a new key, when credits arrive
 *                            → dearer    nothing charged; the price went up, somebody has to agree
 *         → cancelled        before all of it was sent, so nothing was charged
 *         → unsure           no answer: tried again with the same key until there is one
 */
export type JobState =
  | { is: 'waiting' }
  | { is: 'sending'; share: number }
  | { is: 'working' }
  | { is: 'done'; outcome: JobResult }
  | { is: 'refused'; refusal: Refusal | Error }
  | { is: 'short'; shortage: Shortage }
  | { is: 'dearer'; required: number }
  | { is: 'cancelled' }
  | { is: 'unsure'; why: string; triesLeft: number };

export type JobResult = {
  id: string;
  title?: string;
  words?: number;
  durationSeconds?: number;
  kind?: string;
} & Partial<ExportFacts> & {
    credits: Charge;
  };

export interface Shortage {
  required: number;
  available: number;
  held: number;
  owed: number;
  shortfall: number;
  balanceVersion: number;
  topUpUrl: string | null;
  /** What is needed is the most or the least that it can be; null: it is exact. */
  bound: 'at most' | 'at least' | null;
}

export function shortageOf({ members }: CreditsProblem<'insufficient_credits'>): Shortage {
  const { required, available, held, owed, shortfall, balanceVersion, topUpUrl = null } = members;
  const bound = 'atMost' in members ? 'at most' : 'atLeast' in members ? 'at least' : null;
  return { required, available, held, owed, shortfall, balanceVersion, topUpUrl, bound };
}

export function isUnderWay({ is }: JobState): boolean {
  return is === 'sending' || is === 'working';
}

/** It will happen without anybody doing anything, or is happening. */
export function isPending(state: JobState): boolean {
  return state.is === 'waiting' || isUnderWay(state);
}

/** Nothing more will happen by itself. */
export function isOver({ is }: JobState): boolean {
  return is === 'done' || is === 'refused' || is === 'cancelled';
}
