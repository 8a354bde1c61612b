import { useRef } from 'preact/hooks';
import type { Entry, Wallet } from '../api/types.js';
import { whatOf } from '../history/entry-words.js';
import { useModal } from '../parts/use-modal.js';
import { credits, instant, number } from '../parts/words.js';
import { AdminForm, filledIn, ifLarge } from './admin-form.js';
import { afterwards } from './afterwards.js';
import type { Correction } from './correction.js';
import { AmountField } from './fields.js';
import { written } from '../parts/legible.js';

interface CorrectionDialogProps {
  correction: Correction;
  wallet: Wallet | null;
  onChange: () => void;
  /** With what to say when it was done. */
  onClose: (outcome: string | null) => void;
}

const WORDS = {
  Refund: { can: 'can go back, to the grants they came from', busy: 'Refunding…', done: 'Refunded' },
  'Take back': {
    can: 'can be taken back; what was spent of them is owed, and money does not go back',
    busy: 'Taking back…',
    done: 'Took back',
  },
};

export function CorrectionDialog({ correction, wallet: before, onChange, onClose }: CorrectionDialogProps) {
  const { entry, verb, most, route, direction } = correction;
  const dialog = useModal();
  const outcome = useRef<string | null>(null);
  const words = WORDS[verb];
  return (
    <dialog ref={dialog} aria-labelledby="correction" onClose={() => onClose(outcome.current)}>
      <h2 id="correction">{verb}</h2>
      <p class="soft user-text">
        {[whatOf(entry), written(entry.description ?? ''), instant(entry.createdAt)]
          .filter(Boolean)
          .join(', ')}
        : {credits(most)} {words.can}.
      </p>
      <AdminForm<{ entry: Entry; wallet: Wallet }>
        path={`/api/admin/entries/${entry.id}/${route}`}
        of="the correction"
        submit={verb}
        busy={words.busy}
        toConfirm={ifLarge}
        preview={afterwards(before, direction)}
        toBody={(form) => filledIn(form, ['amount'])}
        onDone={({ entry: made, wallet }) => {
          onChange();
          const owed = wallet.owed > 0 ? `, ${number(wallet.owed)} owed` : '';
          const now = `${credits(wallet.available)} available now.`;
          outcome.current = `${words.done} ${credits(Math.abs(made.amount))}${owed}: ${now}`;
          dialog.current?.close();
          return outcome.current;
        }}
      >
        <AmountField of="the correction" min={1} max={most} value={most} />
      </AdminForm>
      <button type="button" class="quiet" onClick={() => dialog.current?.close()}>
        Cancel
      </button>
    </dialog>
  );
}
