import { download } from '../api/download.js';
import { ActionButton } from '../parts/action-button.js';
import { Icon } from '../parts/icon.js';
import { useAction } from '../parts/use-action.js';

/** Saves all that a list of entries has, and not only the rows that are shown. */
export function CsvButton({ path, query }: { path: string; query: URLSearchParams }) {
  const csv = useAction();
  const save = () => csv.run(() => download(`${path}?${query}`, 'credits.csv', { accept: 'text/csv' }));
  return (
    <ActionButton class="quiet" action={csv} busy="Saving…" onClick={save}>
      <Icon name="save" /> CSV
    </ActionButton>
  );
}
