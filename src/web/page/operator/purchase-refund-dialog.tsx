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
  const answer = useAnswer<PurchaseFile>(path);
  return (
    <dialog ref={dialog} aria-labelledby="purchase-refund" onClose={() => onClose(outcome.current)}>
      <h2 id="purchase-refund">Give money back</h2>
      <Answered answer={answer} what="What of it is unused">
        {(file) => <p>{amount === '' ? unusedWords(file) : amountWords(file, Number(amount))}</p>}
      </Answered>
      <AdminForm<PurchaseRecord>
        path={`${path}/refund`}
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

function unusedWords({ unused, credits: bought }: PurchaseFile): string {
  if (bought === null)
    return `Nothing was granted for it: ${money(unused.amount, unused.currency)} can go back.`;
  return `Unused: ${credits(unused.credits)}, for which ${money(unused.amount, unused.currency)} go back.`;
}

/** As the server reckons: the share of all the money that is back then, less what is back now. */
function amountWords(file: PurchaseFile, amount: number): string {
  const { credits: bought, paidAmount, reversed, creditsBack, currency } = file;
  if (bought === null || file.entryId === null)
    return `${money(amount, currency)} go back; nothing was granted for it.`;
  const target = Math.floor((bought * Math.min(paidAmount!, reversed + amount)) / paidAmount!);
  const taken = credits(Math.max(0, target - creditsBack));
  return `${money(amount, currency)} go back, and ${taken} with it; what of them was spent is owed.`;
}
