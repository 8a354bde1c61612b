import type { Wallet } from '../api/types.js';
import { number } from '../parts/words.js';
import { written } from '../parts/legible.js';

/** What a wallet would have, where a form moves its amount this way: what comes in pays first what is owed. */
export function afterwards(wallet: Wallet | null, direction: 1 | -1) {
  return (form: FormData): string | null => {
    const amount = Number(form.get('amount'));
    if (wallet === null || !Number.isSafeInteger(amount) || amount === 0) return null;
    const { userId, available, owed } = wallet;
    const after = available - owed + direction * amount;
    const owing = after < 0 ? `, ${number(-after)} owed` : '';
    return `${written(userId)}: ${number(available)} available now, ${number(Math.max(0, after))} afterwards${owing}`;
  };
}
