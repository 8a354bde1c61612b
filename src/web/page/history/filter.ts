import type { Entry, EntryKind } from '../api/types.js';
import { day } from '../parts/words.js';

export interface Filter {
  kind: EntryKind | '';
  action: string;
  /** Days in the reader's own time zone, `2026-11-27`; both of them are meant to be in it. */
  from: string;
  to: string;
}

export const NO_FILTER: Filter = { kind: '', action: '', from: '', to: '' };

export const KINDS: readonly EntryKind[] = [
  'grant',
  'charge',
  'refund',
  'adjustment',
  'expiry',
  'clawback',
  'restore',
];

/** As the API asks for it. */
export function queryOf({ kind, action, from, to }: Filter): URLSearchParams {
  const query = new URLSearchParams();
  if (kind !== '') query.set('kind', kind);
  if (action !== '') query.set('action', action);
  if (from !== '') query.set('from', startOf(from, 0));
  if (to !== '') query.set('to', startOf(to, 1));
  return query;
}

/** Whether the API would have it in such a list. */
export function fitsFilter({ kind, action, from, to }: Filter, entry: Entry): boolean {
  if (kind !== '' && entry.kind !== kind) return false;
  if (action !== '' && entry.action !== action) return false;
  if (from !== '' && entry.createdAt < startOf(from, 0)) return false;
  return to === '' || entry.createdAt < startOf(to, 1);
}

function startOf(day: string, daysLater: number): string {
  const [year, month, date] = day.split('-').map(Number) as [number, number, number];
  return new Date(year, month - 1, date + daysLater).toISOString();
}

/** In words, for a sheet of paper. */
export function periodOf({ from, to }: Filter): string {
  const first = from === '' ? 'From the first change' : `From ${day(startOf(from, 0))}`;
  return `${first} to ${day(to === '' ? Date.now() : startOf(to, 0))}`;
}
