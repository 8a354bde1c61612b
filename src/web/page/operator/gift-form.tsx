import { useState } from 'preact/hooks';
import type { Gift } from '../api/types.js';
import { AdminForm, asTime, filledIn, ifLarge } from './admin-form.js';
import { AmountField, ExpiryField } from './fields.js';
import { GiftProgress } from './gift-progress.js';

export function GiftForm({ onChange }: { onChange: () => void }) {
  const [gift, setGift] = useState<Gift | null>(null);
  return (
    <section class="card paperless" aria-labelledby="gift">
      <h2 id="gift">Gift</h2>
      <p class="soft">To every wallet, or to those named; once per key, however often it is sent.</p>
      <AdminForm<Gift>
        path="/api/admin/gifts"
        submit="Give"
        busy="Giving…"
        toConfirm={toConfirm}
        toBody={bodyOf}
        onDone={(begun) => {
          setGift(begun);
          return null;
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

/** To everybody is large, whatever the amount. */
function toConfirm(form: FormData): string | null {
  return filledIn(form)['userIds'] === undefined ? 'everybody' : ifLarge(form);
}

function bodyOf(form: FormData): object {
  const { expiresAt, userIds, ...body } = filledIn(form, ['amount']);
  const named = String(userIds ?? '')
    .split(/\s*\n\s*/)
    .filter(Boolean);
  return { ...body, ...asTime(expiresAt), ...(named.length > 0 && { userIds: named }) };
}
