import type { ClientBase, Pool } from 'pg';
import { AS_THE_LEDGER_LOCALLY } from '../support/ledger-hand.js';

// A ledger that has its wallets, entries, grants and layers (test/bench/scale/seed.mjs) gets as many rows in every other
// table that grows, so that whoever walks one is seen. What is due is due some other day.

/** Version 7, made then. */
const id = (at: string) =>
  `(lpad(to_hex((extract(epoch FROM ${at}) * 1000)::bigint), 12, '0') || '7' || substr(replace(gen_random_uuid()::text, '-', ''), 14))::uuid`;
const LONG_AGO = `now() - interval '20 days'`;
const SOME_DAY = `now() + interval '200 days'`;
const OF_EACH_WALLET = 'FROM wallets w';
const file = (n: string) => `'file.bin', 10, md5(${n}), ${LONG_AGO}`;

const ROWS = [
  `INSERT INTO actors (name) SELECT 'somebody-' || w.number ${OF_EACH_WALLET}`,
  `INSERT INTO reasons (wallet, reason) SELECT w.number, 'what was said' ${OF_EACH_WALLET}`,
  `INSERT INTO descriptions SELECT w.number, gen_random_uuid(), 'a file' ${OF_EACH_WALLET}`,
  `INSERT INTO ended_holds (amount, created_version, resolved_version, expires_at, created_at, resolved_at, wallet, id, state, action)
   SELECT 1, 1, 2, ${LONG_AGO}, ${LONG_AGO}, ${LONG_AGO}, w.number, ${id(LONG_AGO)}, 'released', 'txt_upload' ${OF_EACH_WALLET}`,
  `INSERT INTO former_holds SELECT w.number, 1, 3, 2 ${OF_EACH_WALLET}`,
  `INSERT INTO refunds SELECT e.id, -e.amount, 1, e.wallet FROM ledger_entries e WHERE e.version = 2 AND e.kind = 'charge'`,
  `INSERT INTO clawbacks SELECT e.id, e.amount, 0, e.wallet FROM ledger_entries e WHERE e.version = 1`,
  `INSERT INTO grant_terms (amount, expires_at, created_at, version, part, wallet, id, priority, category, origin)
   SELECT 1, ${SOME_DAY}, ${LONG_AGO}, g.version, -1000 - g.part, g.wallet, ${id(LONG_AGO)}, 50, 'paid', g.id FROM grant_terms g`,
  `INSERT INTO answers (user_id, key, route, input, status, headers, body, subject)
   SELECT w.user_id, 'key-of-' || w.number, 'POST /', '', 200, '{}', '{}', w.user_id ${OF_EACH_WALLET}`,
  `INSERT INTO gifts (key, fingerprint, amount, reason, actor, wallets, done, finished_at, user_ids)
   SELECT 'gift-' || w.number, '', 1, 'a gift', 'root', 1, 1, now(), ARRAY[w.user_id] ${OF_EACH_WALLET}`,
  // Under the key of the one who is erased already: another one stops the start.
  `INSERT INTO erasures (pseudonym, person_hash, reason, actor)
   SELECT 'erased:' || gen_random_uuid(), split_part(e.person_hash, ':', 1) || ':' || md5(w.user_id), 'asked', 'root'
     FROM wallets w, (SELECT person_hash FROM erasures LIMIT 1) e`,
  `INSERT INTO allowance_terms (credits, carry, anchor, next_at, created_at, wallet, months, period, refill_reason, id, category,
                                plan, time_zone)
   SELECT 5, 0, ${LONG_AGO}, ${SOME_DAY}, ${LONG_AGO}, w.number, 12, 1, 1, ${id(LONG_AGO)}, 'paid', 'pro', 'UTC' ${OF_EACH_WALLET}`,
  `UPDATE wallets SET due_at = ${SOME_DAY}`,
  `INSERT INTO outbox (created_at, due_at, ended_at, wallet, id, channel, type, state, once, data)
   SELECT now(), CASE WHEN n = 1 AND w.number % 9 = 0 THEN ${SOME_DAY} END, CASE WHEN n = 2 OR w.number % 9 > 0 THEN now() END, w.number, ${id('now()')}, 'post',
          'balance.low', CASE WHEN n = 1 AND w.number % 9 = 0 THEN 'waiting' ELSE 'delivered' END, 'cause-' || n || '-' || w.number, '{}'
     FROM wallets w, generate_series(1, 2) n`,
  `INSERT INTO payments.plan_terms (id, provider, plan, credits, amount, currency, months, carry)
   SELECT gen_random_uuid(), 'stripe', 'OLD', w.number, 100, 'EUR', 1, 0 ${OF_EACH_WALLET}`,
  `INSERT INTO payments.purchases (id, user_id, offer, credits, amount, currency, provider, state, session_ref, payment_ref, entry_id,
                                   paid_amount, paid_at, look_due_at, request_key, created_at)
   SELECT ${id(LONG_AGO)}, w.user_id, 'STARTER', 500, 500, 'EUR', 'stripe', s.state, s.state || w.number, s.state || w.number,
          CASE s.state WHEN 'paid' THEN gen_random_uuid() END, CASE s.state WHEN 'paid' THEN 500 END, ${LONG_AGO},
          CASE s.state WHEN 'paid' THEN ${SOME_DAY} END, s.state || w.number, ${LONG_AGO}
     FROM wallets w, (VALUES ('paid'), ('expired')) s (state)`,
  `INSERT INTO payments.reversals (purchase_id, ref, kind, amount, request_key, seen_at)
   SELECT p.id, 'back of ' || p.session_ref, 'refund', 1, p.session_ref, ${LONG_AGO} FROM payments.purchases p
    WHERE p.state = 'paid'`,
  `INSERT INTO payments.subscriptions (id, user_id, terms, provider, ref, state, look_due_at)
   SELECT t.id, w.user_id, t.id, 'stripe', 'sub-' || w.number, 'ended', NULL
     FROM wallets w JOIN payments.plan_terms t ON t.credits = w.number`,
  `INSERT INTO payments.customers SELECT gen_random_uuid(), w.user_id, 'stripe', 'cus-' || w.number ${OF_EACH_WALLET}`,
  `INSERT INTO library.documents (id, user_id, kind, title, characters, words, paragraphs, filename, bytes, sha256, created_at)
   SELECT ${id(LONG_AGO)}, w.user_id, 'txt', 'a file', 1, 1, 1, ${file('w.user_id')} ${OF_EACH_WALLET}`,
  `INSERT INTO library.recordings (id, user_id, container, codec, duration_seconds, sample_rate, channels, bitrate, filename, bytes,
                                   sha256, created_at)
   SELECT ${id(LONG_AGO)}, w.user_id, 'mp3', 'mp3', 1, 44100, 1, 64, ${file('w.user_id')} ${OF_EACH_WALLET}`,
  `INSERT INTO library.exports (id, user_id, format, title, filename, bytes, sha256, created_at)
   SELECT ${id(LONG_AGO)}, w.user_id, 'txt', 'a file', ${file('w.user_id')} ${OF_EACH_WALLET}`,
];

/** By an owner of the tables, with somebody erased already. */
export async function grow(pool: Pool): Promise<void> {
  const client = await pool.connect();
  try {
    await client.query(`BEGIN; ${AS_THE_LEDGER_LOCALLY}`);
    for (const sql of ROWS) await client.query(sql);
    await client.query('COMMIT');
    await client.query('ANALYZE');
  } finally {
    client.release();
  }
}

/** What has grown, by name: `credits.wallets`. */
export async function grownTables(client: ClientBase | Pool, rows: number): Promise<string[]> {
  const { rows: found } = await client.query<{ name: string }>(
    `SELECT relnamespace::regnamespace || '.' || relname AS name FROM pg_class
      WHERE relkind = 'r' AND relnamespace::regnamespace::text IN ('credits', 'payments', 'library') AND reltuples >= $1
      ORDER BY 1`,
    [rows],
  );
  return found.map(({ name }) => name);
}
