import { useRef } from 'preact/hooks';
import { useAction, type Action } from '../parts/use-action.js';
import { call } from './call.js';
import type { Changes } from './types.js';
import { firstOf, joined, mergeTold, mergeTop, readingOn, without, type Rows } from './rows.js';
import type { Page } from './types.js';
import { useAsked, type Loadable } from './use-answer.js';

/** Asks for all of a list. */
export const NONE = new URLSearchParams();

/** The most that a route answers at once. */
const MOST_ROWS_A_PAGE = 200;

export interface ListOptions<T> {
  idOf: (row: T) => string;
  /** How many rows at first, and again with each step. */
  step?: number;
  /** What a new row says about an older one. */
  amend?: (row: T, newer: readonly T[]) => T;
  /** What of the wallet's changes belongs to such a list; `fits`: to this very one. */
  told?: (changes: Changes) => readonly T[];
  fits?: (row: T) => boolean;
  /** Whether a row is still in the list after what was told; all are, as a rule. */
  stays?: (row: T, changes: Changes) => boolean;
  /** How many rows are kept at least, however many more are told. */
  keeps?: number;
}

export interface List<T> extends Loadable<T[]> {
  /** Whether these are all there are; not while nothing is known. */
  isWhole: boolean;
  /** Reads on: some more of it, or all of it. */
  reading: Action;
  readMore: () => void;
  readAll: () => Promise<void>;
  /** Takes a row out that is known to be gone. */
  remove: (id: string) => void;
}

/**
 * The first rows of a list, and the way to its end. What the stream tells is laid over it without a request; when
 * `freshness` changes only the newest page is read again: however much is shown, that costs one request.
 */
export function useList<T>(
  path: string,
  query: URLSearchParams,
  freshness: unknown,
  { idOf, amend, step = 25, told, fits = () => true, stays, keeps = step }: ListOptions<T>,
): List<T> {
  const key = `${path}?${query}`;
  const known = useRef<Known<T>>({ key, list: null, asked: keeps });
  if (known.current.key !== key) known.current = { key, list: null, asked: keeps };
  const reading = useAction();
  const top = useAsked<Rows<T>>(
    async (signal) => {
      const mine = known.current;
      const wanted = Math.max(step, Math.min(MOST_ROWS_A_PAGE, mine.list?.rows.length ?? 0));
      const newest = await readRows<T>(path, query, { wanted, cursor: null, signal });
      return (mine.list = mergeTop(newest, mine.list, idOf, amend));
    },
    key,
    freshness,
    told && ((list, changes) => follow(list, changes, told(changes))),
  );
  function follow(list: Rows<T>, changes: Changes, news: readonly T[]): Rows<T> {
    const { asked } = known.current;
    const left = stays === undefined ? list : without(list, (row) => !stays(row, changes));
    const merged = mergeTold(left, { rows: news.filter(fits), told: news }, idOf, amend);
    // An open page is told of changes for days: it keeps what somebody asked to see, and a little more.
    const kept = merged.rows.length > asked + step / 5 ? firstOf(merged, asked) : merged;
    if (known.current.key === key) known.current.list = kept;
    return kept;
  }
  const put = (list: Rows<T>) => {
    known.current.list = list;
    known.current.asked = Math.max(keeps, list.rows.length);
    top.put(list);
  };
  const readOn = async (wanted: number) => {
    const mine = known.current;
    const cursor = mine.list?.cursor ?? null;
    if (cursor === null) return;
    const next = await readRows<T>(path, query, readingOn(mine.list!, wanted));
    // Another question was asked meanwhile, or somebody else has read on.
    if (known.current !== mine || mine.list === null || mine.list.cursor !== cursor) return;
    put(joined(mine.list, next, idOf));
  };
  const readAll = async () => {
    while (known.current.key === key && known.current.list?.cursor != null) await readOn(MOST_ROWS_A_PAGE);
  };
  return {
    data: top.data?.rows ?? null,
    trouble: top.trouble,
    again: top.again,
    isWhole: top.data !== null && top.data.cursor === null,
    reading,
    readMore: () => reading.run(() => readOn(Math.max(step, top.data?.rows.length ?? 0))),
    readAll,
    remove: (id) => {
      const { list } = known.current;
      if (list !== null) put(without(list, (row) => idOf(row) === id));
    },
  };
}

interface Known<T> {
  key: string;
  list: Rows<T> | null;
  /** How many rows somebody asked to see. */
  asked: number;
}

interface Reading {
  wanted: number;
  cursor: string | null;
  signal?: AbortSignal;
}

/** Page by page until there are enough: one with a filter may be short, even empty. No cursor is the end. */
async function readRows<T>(path: string, query: URLSearchParams, reading: Reading): Promise<Rows<T>> {
  const rows: T[] = [];
  let { cursor } = reading;
  do {
    const asked = new URLSearchParams(query);
    asked.set('limit', String(Math.min(MOST_ROWS_A_PAGE, reading.wanted - rows.length)));
    if (cursor !== null) asked.set('cursor', cursor);
    const page = await call<Page<T>>(`${path}?${asked}`, { signal: reading.signal });
    rows.push(...page.data);
    cursor = page.nextCursor ?? null;
  } while (cursor !== null && rows.length < reading.wanted);
  return { rows, cursor };
}
