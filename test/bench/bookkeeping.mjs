// A fast ledger that forgets is no ledger: after the run every acknowledged charge must be found again.
import { checkIntegrity } from '../../dist/credits/plumbing.js';
import { WALLETS } from './wallets.mjs';

/** @returns one line for each thing that was checked: `{ check, ok, detail }` */
export async function checkBooks(monitor, { contenders, acknowledged }) {
  // Reading millions of entries in one go; compiling the query for each page would take longer than reading.
  await monitor.query(`SET work_mem = '256MB'; SET jit = off`);
  const checks = [];
  for (const [key, { name, recorded }] of contenders) {
    const { rows } = await monitor.query({ text: recorded, rowMode: 'array' });
    const [found, expected] = [Number(rows[0][0]), acknowledged.get(key)];
    checks.push({
      check: `${name}: every acknowledged charge is in the database, and no other`,
      ok: found === expected,
      detail: `${found} recorded, ${expected} acknowledged`,
    });
  }
  if (contenders.has('ours')) {
    checks.push(await books(monitor, acknowledged.get('ours')), await control(monitor));
  }
  return checks;
}

async function books(monitor, charges) {
  const { ok, wallets, entries, differences } = await integrity(monitor);
  const expected = charges + WALLETS.length;
  return {
    check: 'CreditsService: the books agree, wallet by wallet',
    ok: ok && entries === expected,
    detail: `${wallets} wallets, ${entries} entries (${expected} expected), ${differences.length} differences`,
  };
}

/** A check that nobody has seen fail counts for nothing: one charge is taken out of the ledger, then put back. */
async function control(monitor) {
  await monitor.query('BEGIN');
  try {
    await monitor.query('ALTER TABLE credits.ledger_entries DISABLE TRIGGER USER');
    const { rows } = await monitor.query(
      `WITH gone AS (
         DELETE FROM credits.ledger_entries WHERE ctid =
           (SELECT ctid FROM credits.ledger_entries WHERE kind = 'charge' LIMIT 1) RETURNING wallet)
       SELECT w.user_id FROM gone JOIN credits.wallets w ON w.number = gone.wallet`,
    );
    const { differences } = await integrity(monitor);
    const named = new Set(differences.map(({ userId }) => userId));
    return {
      check: 'control: a charge deleted behind the triggers is noticed',
      ok: named.size === 1 && named.has(rows[0]?.user_id),
      detail: `${differences.length} differences, of ${[...named].join(', ') || 'no wallet'}`,
    };
  } finally {
    await monitor.query('ROLLBACK');
  }
}

function integrity(monitor) {
  return checkIntegrity(async (sql, values) => (await monitor.query(sql, values)).rows, { pageSize: 500 });
}
