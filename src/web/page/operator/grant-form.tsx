import type { Wallet } from '../api/types.js';
import { credits } from '../parts/words.js';
import { afterwards } from './afterwards.js';
import { AdminForm, asTime, filledIn, ifLarge } from './admin-form.js';
import { AmountField, ExpiryField } from './fields.js';

const CATEGORIES = ['compensation', 'promotional', 'paid', 'signup'];

interface GrantFormProps {
  path: string;
  wallet: Wallet | null;
  onChange: () => void;
}

export function GrantForm({ path, wallet: before, onChange }: GrantFormProps) {
  return (
    <section class="card paperless" aria-labelledby="grant">
      <h2 id="grant">Grant</h2>
      <p class="soft">Opens the wallet where there is none yet.</p>
      <AdminForm<{ wallet: Wallet }>
        path={`${path}/grants`}
        of="the grant"
        submit="Grant"
        busy="Granting…"
        toConfirm={ifLarge}
        preview={afterwards(before, 1)}
        toBody={(form) => {
          const { expiresAt, ...body } = filledIn(form, ['amount', 'priority']);
          return { ...body, ...asTime(expiresAt) };
        }}
        onDone={({ wallet }) => {
          onChange();
          return `Granted: ${credits(wallet.available)} available now.`;
        }}
      >
        <AmountField of="the grant" min={1} />
        <label>
          Category
          <select name="category">
            {CATEGORIES.map((category) => (
              <option key={category}>{category}</option>
            ))}
          </select>
        </label>
        <label>
          <span>
            Priority <span class="soft">(0 burns first, 100 last)</span>
          </span>
          <input name="priority" type="number" min={0} max={100} placeholder="50" />
        </label>
        <ExpiryField of="the grant" />
      </AdminForm>
    </section>
  );
}
