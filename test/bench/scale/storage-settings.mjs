// What the storage settings of the wallets are worth, each against what PostgreSQL would do by itself.
import pg from 'pg';
import { openService } from '../contenders/ours.mjs';
import { pickerFor, SPREAD } from '../wallets.mjs';
import { measureOne, medians } from './measurements.mjs';

const VARIANTS = {
  'as shipped': '',
  'fillfactor 100': 'ALTER TABLE credits.wallets SET (fillfactor = 100)',
  'autovacuum as PostgreSQL has it': `ALTER TABLE credits.wallets
    RESET (autovacuum_vacuum_scale_factor, autovacuum_vacuum_cost_delay)`,
  'no autovacuum': 'ALTER TABLE credits.wallets SET (autovacuum_enabled = off)',
};

/** @returns by variant: charges a second, the share of updates in place (HOT), bytes of the wallets afterwards */
export async function storageSettings({ small, seconds, rounds, say }) {
  const sides = new Map();
  try {
    for (const [name, sql] of Object.entries(VARIANTS)) {
      const url = await small.make(sql);
      const monitor = new pg.Client({ connectionString: url, application_name: 'bench monitor' });
      await monitor.connect();
      const service = await openService(url);
      await service.openWallets(SPREAD);
      sides.set(name, { service, monitor, pick: pickerFor('spread'), measured: [] });
    }
    for (let round = 1; round <= rounds; round += 1) {
      for (const [name, side] of sides) {
        side.measured.push(await measureOne(side, { work: 'charge', callers: 256, seconds }));
        say(`round ${round} of ${rounds}: ${name} ${Math.round(side.measured.at(-1).perSecond)}/s`);
      }
    }
    return Object.fromEntries(await Promise.all([...sides].map(summary)));
  } finally {
    for (const { service, monitor } of sides.values()) {
      await service.close();
      await monitor.end();
    }
  }
}

async function summary([name, { monitor, measured }]) {
  const { rows } = await monitor.query(
    `SELECT pg_total_relation_size('credits.wallets')::int AS bytes,
            n_tup_upd::float8 AS updates, n_tup_hot_upd::float8 AS hot
       FROM pg_stat_user_tables WHERE relid = 'credits.wallets'::regclass`,
  );
  const { bytes, updates, hot } = rows[0];
  return [name, { ...medians(measured), walletsBytes: bytes, hotShare: hot / updates }];
}
