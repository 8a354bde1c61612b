import type { Wallet } from '../api/types.js';
import { credits } from '../parts/words.js';
import { afterwards } from './afterwards.js';
import { AdminForm, filledIn, ifLarge } from './admin-form.js';
import { AmountField } from './fields.js';

interface AdjustFormProps {
  path: string;
  wallet: Wallet | null;
  onChange: () => void;
}

export function AdjustForm({ path, wallet: before, onChange }: AdjustFormProps) {
  return (
    <section class="card paperless" aria-labelledby="adjust">
      <h2 id="adjust">Adjust</h2>
      <p class="soft">Up or, with a minus, down; never below what is on hold.</p>
      <AdminForm<{ wallet: Wallet }>
        path={`${path}/adjustments`}
        of="the adjustment"
        submit="Adjust"
        busy="Adjusting…"
        toConfirm={ifLarge}
        preview={afterwards(before, 1)}
        toBody={(form) => filledIn(form, ['amount'])}
        onDone={({ wallet }) => {
          onChange();
          return `Adjusted: ${credits(wallet.available)} available now.`;
        }}
      >
        <AmountField of="the adjustment" />
      </AdminForm>
    </section>
  );
}
