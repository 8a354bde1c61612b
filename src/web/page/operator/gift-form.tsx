import { useState } from 'preact/hooks';
import type { Gift } from '../api/types.js';
import { AdminForm, asTime, filledIn } from './admin-form.js';
import { AmountField, ExpiryField } from './fields.js';
import { GiftProgress } from './gift-progress.js';

export function GiftForm({ onChange }: { onChange: () => void }) {
  const [gift, setGift] = useState<Gift | null>(null);
  return (
    <section class="card" aria-labelledby="gift">
      <h2 id="gift">Gift</h2>
      <p class="soft">To every wallet, or to those named; once per key, however often it is sent.</p>
      <AdminForm<Gift>
        path="/api/admin/gifts"
        submit="Give"
        toBody={bodyOf}
        onDone={(begun) => {
          setGift(begun);
          return 'The gift is under way.';
        }}
      >
        <label>
          Key
          <input
            name="key"
            required
            minLength={1}
            maxLength={200}
            placeholder="spring-2027"
            autocomplete="off"
          />
        </label>
        <AmountField min={1} />
        <ExpiryField />
        <label>
          <span>
            User ids <span class="soft">(one a line; empty: everybody)</span>
          </span>
          <textarea name="userIds" rows={2} spellcheck={false} />
        </label>
      </AdminForm>
      {gift !== null && <GiftProgress key={gift.key} gift={gift} onEnd={onChange} />}
    </section>
  );
}

function bodyOf(form: FormData): object | undefined {
  const { expiresAt, userIds, ...body } = filledIn(form, ['amount']);
  if (userIds === undefined && !confirm('Give it to every wallet there is?')) return undefined;
  const named = String(userIds ?? '')
    .split(/\s*\n\s*/)
    .filter(Boolean);
  return { ...body, ...asTime(expiresAt), ...(named.length > 0 && { userIds: named }) };
}
