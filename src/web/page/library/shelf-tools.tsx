import type { Action } from '../parts/use-action.js';
import { number } from '../parts/words.js';

export type Sorting = 'newest' | 'name';

/** Fewer than these are seen at a glance. */
const WORTH_SEARCHING = 6;

interface ShelfToolsProps {
  of: string;
  total: number;
  search: string;
  onSearch: (text: string) => void;
  sorting: Sorting;
  onSort: (sorting: Sorting) => void;
  marking?: MarkAllProps;
}

export function ShelfTools({ of, total, search, onSearch, sorting, onSort, marking }: ShelfToolsProps) {
  if (total < 2) return null;
  return (
    <div class="tools">
      {marking !== undefined && <MarkAll {...marking} of={of} />}
      {total >= WORTH_SEARCHING && (
        <input
          type="search"
          placeholder="Search by name"
          aria-label={`Search ${of.toLowerCase()}`}
          value={search}
          onInput={({ currentTarget }) => onSearch(currentTarget.value)}
        />
      )}
      <select
        aria-label={`Sort ${of.toLowerCase()}`}
        value={sorting}
        onChange={({ currentTarget }) => onSort(currentTarget.value as Sorting)}
      >
        <option value="newest">Newest first</option>
        <option value="name">By name</option>
      </select>
    </div>
  );
}

interface MarkAllProps {
  /** All that fit what is searched for, also those further down. */
  ids: readonly string[];
  marked: ReadonlySet<string>;
  onMark: (ids: readonly string[], isMarked: boolean) => void;
  action: Action;
}

function MarkAll({ ids, marked, onMark, action, of }: MarkAllProps & { of: string }) {
  const count = ids.filter((id) => marked.has(id)).length;
  const isAll = ids.length > 0 && count === ids.length;
  return (
    <label class="choice-all">
      <input
        type="checkbox"
        checked={isAll}
        indeterminate={count > 0 && !isAll}
        disabled={action.isBusy || ids.length === 0}
        aria-label={`Mark all ${number(ids.length)} ${of.toLowerCase()} found`}
        onChange={({ currentTarget }) => onMark(ids, currentTarget.checked)}
      />
      All
    </label>
  );
}
