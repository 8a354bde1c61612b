import { useEffect, useRef } from 'preact/hooks';
import type { Entry, Wallet } from '../api/types.js';
import { actionName, credits, instant } from '../parts/words.js';
import { AdminForm, filledIn } from './admin-form.js';
import { AmountField } from './fields.js';

/** What of a charge was not given back yet; of anything else, nothing. */
export function leftToRefund({ kind, amount, refunded }: Entry): number {
  return kind === 'charge' ? -amount - (refunded ?? 0) : 0;
}

interface RefundDialogProps {
  entry: Entry;
  onChange: () => void;
  /** With what to say when it was done. */
  onClose: (outcome: string | null) => void;
}

export function RefundDialog({ entry, onChange, onClose }: RefundDialogProps) {
  const dialog = useRef<HTMLDialogElement>(null);
  const outcome = useRef<string | null>(null);
  useEffect(() => dialog.current?.showModal(), []);
  const left = leftToRefund(entry);
  return (
    <dialog ref={dialog} aria-labelledby="refund" onClose={() => onClose(outcome.current)}>
      <h2 id="refund">Refund</h2>
      <p class="soft">
        {actionName(entry.action)}, {instant(entry.createdAt)}: {credits(left)} can go back, to the grants
        they came from.
      </p>
      <AdminForm<{ entry: Entry; wallet: Wallet }>
        path={`/api/admin/entries/${entry.id}/refund`}
        submit="Refund"
        busy="Refunding…"
        toBody={(form) => filledIn(form, ['amount'])}
        onDone={({ entry: refund, wallet }) => {
          onChange();
          outcome.current = `Refunded ${credits(refund.amount)}: ${credits(wallet.available)} available now.`;
          dialog.current?.close();
          return outcome.current;
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
