import { actionName } from '../parts/words.js';
import { choose } from '../state/place.js';
import { prices } from '../state/prices.js';
import { useStore } from '../state/store.js';
import { kindName } from './entry-words.js';
import { KINDS, NO_FILTER, type Filter } from './filter.js';

/** What is chosen goes into the address, from where the lists have it. */
export function EntryFilters({ filter }: { filter: Filter }) {
  const priced = [...(useStore(prices)?.keys() ?? [])];
  const actions =
    filter.action === '' || priced.includes(filter.action) ? priced : [...priced, filter.action];
  const set = (name: keyof Filter) => (event: Event) =>
    choose({ [name]: (event.currentTarget as HTMLInputElement | HTMLSelectElement).value }, name);
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
        <button type="button" class="quiet" onClick={() => choose({ ...NO_FILTER })}>
          Show all
        </button>
      )}
    </form>
  );
}
