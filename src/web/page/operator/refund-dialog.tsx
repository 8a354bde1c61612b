import { useEffect, useRef } from 'preact/hooks';
import type { Entry, Wallet } from '../api/types.js';
import { actionName, credits, moment } from '../parts/words.js';
import { AdminForm, filledIn } from './admin-form.js';
import { AmountField } from './fields.js';

/** What of a charge was not given back yet; of anything else, nothing. */
export function leftToRefund({ kind, amount, refunded }: Entry): number {
  return kind === 'charge' ? -amount - (refunded ?? 0) : 0;
}

interface RefundDialogProps {
  entry: Entry;
  onChange: () => void;
  onClose: () => void;
}

export function RefundDialog({ entry, onChange, onClose }: RefundDialogProps) {
  const dialog = useRef<HTMLDialogElement>(null);
  useEffect(() => dialog.current?.showModal(), []);
  const left = leftToRefund(entry);
  return (
    <dialog ref={dialog} aria-labelledby="refund" onClose={onClose}>
      <h2 id="refund">Refund</h2>
      <p class="soft">
        {actionName(entry.action)}, {moment(entry.createdAt)}: {credits(left)} can go back, to the grants they
        came from.
      </p>
      <AdminForm<{ wallet: Wallet }>
        path={`/api/admin/entries/${entry.id}/refund`}
        submit="Refund"
        toBody={(form) => filledIn(form, ['amount'])}
        onDone={() => {
          onChange();
          dialog.current?.close();
          return 'Refunded.';
        }}
      >
        <AmountField min={1} max={left} value={left} />
      </AdminForm>
      <button type="button" class="quiet" onClick={() => dialog.current?.close()}>
        Cancel
      </button>
    </dialog>
  );
}
