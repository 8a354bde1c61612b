import { useRef, useState } from 'preact/hooks';
import type { PurchaseFile, PurchaseRecord } from '../api/types.js';
import { useAnswer } from '../api/use-answer.js';
import { Answered } from '../parts/answered.js';
import { useModal } from '../parts/use-modal.js';
import { credits, money } from '../parts/words.js';
import { AdminForm, filledIn } from './admin-form.js';

interface PurchaseRefundDialogProps {
  purchase: PurchaseRecord;
  onChange: () => void;
  /** With what to say when it was done. */
  onClose: (outcome: string | null) => void;
}

/** Money back, and the credits that go with it, both told beforehand. */
export function PurchaseRefundDialog({ purchase, onChange, onClose }: PurchaseRefundDialogProps) {
  const dialog = useModal();
  const outcome = useRef<string | null>(null);
  const [amount, setAmount] = useState('');
  const path = `/api/admin/purchases/${purchase.id}`;
  const answer = useAnswer<PurchaseFile>(/^[1-9]\d{0,8}$/.test(amount) ? `${path}?amount=${amount}` : path);
  return (
    <dialog ref={dialog} aria-labelledby="purchase-refund" onClose={() => onClose(outcome.current)}>
      <h2 id="purchase-refund">Give money back</h2>
      <Answered answer={answer} what="What it comes to">
        {(file) => <p>{wordsOf(file)}</p>}
      </Answered>
      <AdminForm<PurchaseRecord>
        path={`${path}/refund`}
        of="the refund"
        submit="Give back"
        busy="Asking the provider…"
        toBody={(form) => {
          const { amount: part, ...rest } = filledIn(form, ['amount']);
          return part === undefined ? { ...rest, unused: true } : { ...rest, amount: part };
        }}
        onDone={({ reversed, currency, creditsBack }) => {
          onChange();
          outcome.current = `Given back so far: ${money(reversed, currency)}, and ${credits(creditsBack)} with it.`;
          dialog.current?.close();
          return outcome.current;
        }}
      >
        <label>
          <span>
            Amount in minor units <span class="soft">(cents; empty: all that is unused)</span>
          </span>
          <input
            name="amount"
            type="number"
            min={1}
            max={(purchase.paidAmount ?? 0) - purchase.reversed}
            step={1}
            value={amount}
            onInput={(event) => setAmount(event.currentTarget.value)}
          />
        </label>
      </AdminForm>
      <button type="button" class="quiet" onClick={() => dialog.current?.close()}>
        Cancel
      </button>
    </dialog>
  );
}

/** As the server reckons. */
function wordsOf({ unused, part, credits: bought, entryId, paidAmount }: PurchaseFile): string {
  const { credits: taken, amount, currency } = part ?? unused;
  const back = money(amount, currency);
  if (bought === null || entryId === null) return `Nothing was granted for it: ${back} can go back.`;
  if (paidAmount === 0) return 'It was free: there is no money to give back.';
  if (part !== null) return `${back} go back, and ${credits(taken)} with it; what of them was spent is owed.`;
  if (taken === 0) return 'Nothing of it is unused.';
  if (amount === 0) return `Unused: ${credits(taken)}, worth less than ${money(1, currency)}.`;
  return `Unused: ${credits(taken)}, for which ${back} go back.`;
}
