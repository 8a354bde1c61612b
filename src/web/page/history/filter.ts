import type { Entry, EntryKind } from '../api/types.js';
import { actionName, day } from '../parts/words.js';
import { kindName } from './entry-words.js';
import { useChosen, type Choices } from '../state/use-chosen.js';

export interface Filter {
  kind: EntryKind | '';
  action: string;
  /** Days in the reader's own time zone, `2026-11-27`; both of them are meant to be in it. */
  from: string;
  to: string;
}

export const NO_FILTER: Filter = { kind: '', action: '', from: '', to: '' };

/** What of a filter an address may ask for. An action needs no price any more: there were others. */
export const FILTERS: Choices<keyof Filter> = {
  kind: (value) => KINDS.some((kind) => kind === value),
  action: (value) => /^[a-z][a-z0-9_]{0,63}$/.test(value),
  from: isDay,
  to: isDay,
};

export function useFilter(): Filter {
  return useChosen(FILTERS) as Filter;
}

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

/** Midnight where the reader is. By hand, for in the years before 100 the Date would see those of the last century. */
function startOf(day: string, daysLater: number): string {
  const [year, month, date] = day.split('-').map(Number) as [number, number, number];
  const start = new Date(2000, 0, 1);
  start.setFullYear(year, month - 1, date + daysLater);
  return start.toISOString();
}

/** As a field of dates has it; 30 February is none. */
function isDay(text: string): boolean {
  if (!/^(?!0000)\d{4}-\d\d-\d\d$/.test(text)) return false;
  const time = Date.parse(`${text}T00:00Z`);
  return Number.isFinite(time) && new Date(time).toISOString().startsWith(text);
}

/** In words, for a sheet of paper: what is left out of it is said. */
export function onPaper({ kind, action, from, to }: Filter): string {
  const first = from === '' ? 'From the first change' : `From ${day(startOf(from, 0))}`;
  const only = [kind !== '' && kindName(kind), action !== '' && actionName(action)].filter(Boolean);
  const rest = only.length > 0 ? `. Only: ${only.join(' · ')}` : '';
  return `${first} to ${day(to === '' ? Date.now() : startOf(to, 0))}${rest}`;
}
