// Handlers that are wrong on purpose. A fault run that does not notice them proves nothing. They stay here: the
// product has no switch that makes it do any of this.
import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { InsufficientCreditsError } from '../../dist/credits/index.js';
import { Timelines } from '../../dist/database/hosts/timelines.js';
import { PRICES } from './operations.mjs';

/** The handlers, with those replaced that `control` breaks. */
export function spoil(control, handlers, tools) {
  switch (control) {
    case 'read-then-write':
      return { ...handlers, charge: (operation) => readThenWrite(operation, tools) };
    case 'charge-after-work':
      return { ...handlers, job: (operation) => chargeAfterWork(operation, tools) };
    case 'unkeyed-retry':
      return Object.fromEntries(
        Object.entries(handlers).map(([kind, handle]) => [
          kind,
          (operation) => handle({ ...operation, key: undefined }),
        ]),
      );
    default:
      return handlers;
  }
}

/** What is remembered of servers; a control believes whatever takes writes. */
export function timelinesOf(control, folder) {
  if (control !== 'believe-anybody') return new Timelines(folder);
  return { admit: () => undefined, refuseFormer: () => undefined, tellHidden: () => undefined };
}

/** Read the balance, subtract in the application, write the result back: right as long as nobody else is there. */
async function readThenWrite({ userId, action, key }, { credits, dataSource }) {
  const cost = PRICES[action];
  const { balance, available, held, version } = await credits.balance(userId);
  if (available < cost) {
    throw new InsufficientCreditsError({ action, required: cost, available, held, balanceVersion: version });
  }
  return dataSource.transaction(async (tx) => {
    await tx.query('SET LOCAL search_path = credits, pg_catalog, pg_ledger_hand, pg_temp');
    const [row] = await tx.query(
      `WITH written AS (
         UPDATE wallets SET balance = $2, version = version + 1 WHERE user_id = $1 RETURNING *
       )
       INSERT INTO ledger_entries (id, wallet, version, kind, amount, balance_after, held_after, epoch, created_at,
                                   action, key, fingerprint)
       SELECT $3, number, version, 'charge', -$4::bigint, balance, held, epoch, now(), $5, key_hash(salt, $6), ''
         FROM written
       RETURNING id, version`,
      [userId, balance - cost, randomUUID(), cost, action, key],
    );
    return { entryId: row.id, version: Number(row.version), balance: balance - cost };
  });
}

/** Look at the balance, do the work, charge when it is done; a charge that fails is a line in a log. */
async function chargeAfterWork({ userId, action, key, workMs, fails }, { credits }) {
  const { available, held, version } = await credits.balance(userId);
  const required = PRICES[action];
  if (available < required) {
    throw new InsufficientCreditsError({ action, required, available, held, balanceVersion: version });
  }
  await delay(workMs);
  if (fails) return {};
  const receipt = await credits.charge({ userId, action, idempotencyKey: key }).catch(() => ({}));
  return { entryId: receipt.entryId };
}
