import { newId } from '../../credits/plumbing.js';
import { rowsOf, type Database } from '../database.js';
import type { PaymentProvider } from '../provider.js';

/** The provider's id of a user. Each user has one customer there, however often they click. */
export async function customerOf(
  database: Database,
  { plans }: PaymentProvider,
  userId: string,
): Promise<string> {
  await rowsOf(
    database,
    'INSERT INTO payments.customers (id, user_id, provider) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING',
    [newId(userId), userId, plans.account],
  );
  const [row] = await rowsOf<{ id: string; ref: string | null }>(
    database,
    'SELECT id, ref FROM payments.customers WHERE user_id = $1 AND provider = $2',
    [userId, plans.account],
  );
  const { id, ref } = row!;
  if (ref !== null) return ref;
  const made = await plans.customerOf(id);
  await rowsOf(database, 'UPDATE payments.customers SET ref = $2 WHERE id = $1', [id, made]);
  return made;
}
