import { actionName } from '../parts/words.js';
import { prices } from '../state/prices.js';
import { useStore } from '../state/store.js';
import { kindName } from './entry-words.js';
import { KINDS, NO_FILTER, type Filter } from './filter.js';

interface EntryFiltersProps {
  filter: Filter;
  onChange: (filter: Filter) => void;
}

export function EntryFilters({ filter, onChange }: EntryFiltersProps) {
  const actions = [...(useStore(prices)?.keys() ?? [])];
  const set = (name: keyof Filter) => (event: Event) =>
    onChange({ ...filter, [name]: (event.currentTarget as HTMLInputElement | HTMLSelectElement).value });
  const isSet = Object.values(filter).some((value) => value !== '');
  return (
    <form class="filters" aria-label="Filter the changes" onSubmit={(event) => event.preventDefault()}>
      <label>
        Kind
        <select value={filter.kind} onChange={set('kind')}>
          <option value="">All</option>
          {KINDS.map((kind) => (
            <option key={kind} value={kind}>
              {kindName(kind)}
            </option>
          ))}
        </select>
      </label>
      <label>
        Action
        <select value={filter.action} onChange={set('action')}>
          <option value="">All</option>
          {actions.map((action) => (
            <option key={action} value={action}>
              {actionName(action)}
            </option>
          ))}
        </select>
      </label>
      <label>
        From
        <input type="date" value={filter.from} onChange={set('from')} />
      </label>
      <label>
        To
        <input type="date" value={filter.to} onChange={set('to')} />
      </label>
      {isSet && (
        <button type="button" class="quiet" onClick={() => onChange(NO_FILTER)}>
          Show all
        </button>
      )}
    </form>
  );
}
