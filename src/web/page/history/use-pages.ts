import { useState } from 'preact/hooks';
import { useAnswer } from '../api/use-answer.js';
import type { Entry, Page } from '../api/types.js';
import { queryOf, type Filter } from './filter.js';

const ROWS_A_PAGE = 25;
const MOST_ROWS = 200;

/** The newest entries of a filter, and a way to more; all that is shown is asked for anew when the balance changes. */
export function usePages(filter: Filter, version: number | null) {
  const [rows, setRows] = useState(ROWS_A_PAGE);
  const query = queryOf(filter);
  query.set('limit', String(rows));
  const { data, trouble } = useAnswer<Page<Entry>>(`/api/credits/history?${query}`, version);
  const hasMore = data !== null && data.nextCursor !== null && rows < MOST_ROWS;
  return {
    entries: data?.data ?? null,
    trouble,
    more: hasMore ? () => setRows(Math.min(MOST_ROWS, rows * 2)) : null,
  };
}
