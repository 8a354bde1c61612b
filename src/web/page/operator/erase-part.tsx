import { useState } from 'preact/hooks';
import type { Erased } from '../api/types.js';
import { hrefOf } from '../state/place.js';
import { useModal } from '../parts/use-modal.js';
import { AdminForm, filledIn } from './admin-form.js';
import { Written } from '../parts/written.js';

interface ErasePartProps {
  path: string;
  userId: string;
  onChange: () => void;
}

/** What a person may ask for: to be forgotten. */
export function ErasePart({ path, userId, onChange }: ErasePartProps) {
  const [isAsking, setAsking] = useState(false);
  return (
    <section class="card paperless" aria-labelledby="erase">
      <h2 id="erase">Erase the person</h2>
      <p class="soft">Their user id, documents, recordings and exports go; the books stay.</p>
      <button type="button" class="quiet danger" onClick={() => setAsking(true)}>
        Erase
      </button>
      {isAsking && (
        <EraseDialog path={path} userId={userId} onChange={onChange} onClose={() => setAsking(false)} />
      )}
    </section>
  );
}

function EraseDialog({ path, userId, onChange, onClose }: ErasePartProps & { onClose: () => void }) {
  const dialog = useModal();
  return (
    <dialog ref={dialog} aria-labelledby="erasing" onClose={onClose}>
      <h2 id="erasing">
        Erase <Written text={userId} />?
      </h2>
      <p>It cannot be undone.</p>
      <dl class="fates">
        <dt>Goes</dt>
        <dd>
          the user id, for which a pseudonym stands from now on; documents, recordings and exports; every
          reason that somebody wrote; work that is running
        </dd>
        <dt>Stays</dt>
        <dd>
          every entry with its amount and time, the credits that are left, and your name with this erasure:
          the books sum as before
        </dd>
        <dt>Stays elsewhere</dt>
        <dd>backups and logs made before; a token, until it expires</dd>
      </dl>
      <AdminForm<Erased>
        path={`${path}/person`}
        method="DELETE"
        of="the erasure"
        submit="Erase for good"
        busy="Erasing…"
        toConfirm={() => userId}
        tone="danger"
        toBody={(form) => filledIn(form)}
        onDone={({ pseudonym, wallet }) => {
          onChange();
          if (wallet !== null) location.replace(hrefOf('operator', pseudonym));
          return wallet === null ? 'Erased.' : null;
        }}
      />
      <button type="button" class="quiet" onClick={() => dialog.current?.close()}>
        Cancel
      </button>
    </dialog>
  );
}
