import type { Wallet } from '../api/types.js';
import { credits } from '../parts/words.js';
import { AdminForm, filledIn, ifLarge } from './admin-form.js';
import { AmountField } from './fields.js';

export function AdjustForm({ path, onChange }: { path: string; onChange: () => void }) {
  return (
    <section class="card" aria-labelledby="adjust">
      <h2 id="adjust">Adjust</h2>
      <p class="soft">Up or, with a minus, down; never below what is on hold.</p>
      <AdminForm<{ wallet: Wallet }>
        path={`${path}/adjustments`}
        submit="Adjust"
        busy="Adjusting…"
        toConfirm={ifLarge}
        toBody={(form) => filledIn(form, ['amount'])}
        onDone={({ wallet }) => {
          onChange();
          return `Adjusted: ${credits(wallet.available)} available now.`;
        }}
      >
        <AmountField />
      </AdminForm>
    </section>
  );
}
