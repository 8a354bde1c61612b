import { download } from '../api/download.js';
import type { ExportFacts } from '../api/types.js';
import { ActionButton } from '../parts/action-button.js';
import { Icon } from '../parts/icon.js';
import { useAction } from '../parts/use-action.js';
import { bytes, moment } from '../parts/words.js';
import { LibraryRow, type RowProps } from './library-row.js';

/** What was exported before can be fetched again, for nothing. */
export function ExportRow({ made, ...row }: { made: ExportFacts } & RowProps) {
  const { id, filename, format, bytes: size, createdAt } = made;
  const fetching = useAction();
  return (
    <LibraryRow
      {...row}
      shelf="exports"
      path={`/api/export/${id}`}
      title={filename}
      facts={`${format.toUpperCase()} · ${bytes(size)} · ${moment(createdAt)}`}
      actions={
        <ActionButton
          class="quiet"
          action={fetching}
          busy="Fetching…"
          aria-label={`Download ${row.name}`}
          onClick={() => fetching.run(() => download(`/api/export/${id}/download`, filename))}
        >
          <Icon name="save" /> Download
        </ActionButton>
      }
    />
  );
}
