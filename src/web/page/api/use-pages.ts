import { useState } from 'preact/hooks';
import { call } from './call.js';
import type { Page } from './types.js';
import { useAsked } from './use-answer.js';

const FIRST_ROWS = 25;
/** The most that a route answers at once. */
const MOST_ROWS_A_PAGE = 200;

/**
 * The first rows of a list, and a way to as many again, to its end. All that is shown is asked for anew when
 * `freshness` changes: a new row moves the others down, and an old one may have been refunded.
 */
export function usePages<T>(path: string, query: URLSearchParams, freshness: unknown) {
  const [wanted, setWanted] = useState(FIRST_ROWS);
  const { data, trouble } = useAsked(
    (signal) => readRows<T>(path, query, wanted, signal),
    [path, query.toString(), wanted, freshness],
  );
  const hasMore = data !== null && data.nextCursor !== null;
  return { rows: data?.data ?? null, trouble, more: hasMore ? () => setWanted(wanted * 2) : null };
}

/** From the start, page by page until there are enough: one with a filter may be short, even empty. */
async function readRows<T>(path: string, query: URLSearchParams, wanted: number, signal: AbortSignal) {
  const list: Page<T> = { data: [], nextCursor: null };
  do {
    const asked = new URLSearchParams(query);
    asked.set('limit', String(Math.min(MOST_ROWS_A_PAGE, wanted - list.data.length)));
    if (list.nextCursor !== null) asked.set('cursor', list.nextCursor);
    const page = await call<Page<T>>(`${path}?${asked}`, { signal });
    list.data.push(...page.data);
    list.nextCursor = page.nextCursor;
  } while (list.nextCursor !== null && list.data.length < wanted);
  return list;
}
