import { useState } from 'preact/hooks';
import type { Gift, Overview } from '../api/types.js';
import { useAnswer } from '../api/use-answer.js';
import { counted, credits } from '../parts/words.js';
import { AdminForm, asTime, filledIn, ifLarge } from './admin-form.js';
import { AmountField, ExpiryField } from './fields.js';
import { GiftProgress } from './gift-progress.js';

export function GiftForm({ onChange }: { onChange: () => void }) {
  const [gift, setGift] = useState<Gift | null>(null);
  const [isBegun, setBegun] = useState(false);
  const { data } = useAnswer<Overview>(isBegun ? '/api/admin/overview?days=1' : null, gift);
  return (
    <section class="card paperless" aria-labelledby="gift" onInput={() => setBegun(true)}>
      <h2 id="gift">Gift</h2>
      <p class="soft">To every wallet, or to those named; once per key, however often it is sent.</p>
      <AdminForm<Gift>
        path="/api/admin/gifts"
        of="the gift"
        submit="Give"
        busy="Giving…"
        toConfirm={toConfirm}
        preview={(form) => comesTo(form, data?.wallets)}
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
        <AmountField of="the gift" min={1} />
        <ExpiryField of="the gift" />
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

/** How many get it, and what that is together; null where that is not known. */
function comesTo(form: FormData, wallets: number | undefined): string | null {
  const { amount, userIds } = filledIn(form, ['amount']);
  const getting = userIds === undefined ? wallets : new Set(namedIn(userIds)).size;
  if (typeof amount !== 'number' || getting === undefined) return null;
  return `${counted(getting, 'wallet')}, ${credits(amount)} each: ${credits(getting * amount)}`;
}

function bodyOf(form: FormData): object {
  const { expiresAt, userIds, ...body } = filledIn(form, ['amount']);
  const named = namedIn(userIds);
  return { ...body, ...asTime(expiresAt), ...(named.length > 0 && { userIds: named }) };
}

function namedIn(userIds: unknown = ''): string[] {
  return String(userIds)
    .split(/\s*\n\s*/)
    .filter(Boolean);
}
