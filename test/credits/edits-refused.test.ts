import { beforeAll, describe, expect, test } from '@jest/globals';
import { openCredits } from '../support/credits.js';
import { onOwnDatabase } from '../support/own-database.js';
import { LEDGER_TABLES, ledgerRows } from '../support/ledger-rows.js';

const action = 'audio_upload';

const [open] = await onOwnDatabase(openCredits);

beforeAll(async () => {
  const wallet = { userId: 'guarded', reason: 'to guard', actor: 'test' };
  await open.credits.grant({ ...wallet, credits: 20 });
  const { entryId } = await open.credits.charge({ ...wallet, action, credits: 4, description: 'a.wav' });
  await open.credits.refund({ ...wallet, entryId, credits: 2 });
  await open.credits.release({ holdId: (await open.credits.hold({ ...wallet, action, credits: 3 })).id });
  await open.credits.hold({ ...wallet, action, credits: 5 });
});

describe('refused by hand, with every row as before:', () => {
  const REFUSED = '42501';
  const CHECK = '23514';
  const wallet = (change: string) => `UPDATE credits.wallets SET ${change} WHERE user_id = 'guarded'`;
  const opening = (columns: string, values: string) =>
    `INSERT INTO credits.wallets (${columns}) VALUES (${values})`;
  const copy = (table: string, change: string) =>
    `INSERT INTO credits.${table} SELECT (json_populate_record(t, '${change}')).* FROM credits.${table} t LIMIT 1`;

  const edits: [sql: string, code: string][] = [
    [wallet('held = 0'), REFUSED],
    [wallet('balance = 500, held = 0'), REFUSED],
    [wallet('version = version + 1'), REFUSED],
    [wallet('balance = 500, version = version + 1'), REFUSED],
    [wallet('balance = 500, version = version'), REFUSED],
    [
      `INSERT INTO credits.wallets (user_id, balance) VALUES ('guarded', 1)
         ON CONFLICT (user_id) DO UPDATE SET balance = 500, version = wallets.version + 1`,
      REFUSED,
    ],
    [
      `MERGE INTO credits.wallets w USING (VALUES ('guarded')) AS v (name) ON w.user_id = v.name
         WHEN MATCHED THEN UPDATE SET balance = 500, version = version + 1`,
      REFUSED,
    ],
    [wallet(`user_id = 'somebody'`), REFUSED],
    [wallet('epoch = 0'), REFUSED],
    [wallet('name_hash = 0'), REFUSED],
    [wallet(`salt = ''`), REFUSED],
    [wallet('number = DEFAULT'), REFUSED],
    [wallet(`due_at = '2099-01-01'`), REFUSED],
    [wallet('holds_due_at = NULL'), REFUSED],
    [wallet('owed = 5'), REFUSED],
    [wallet(`created_at = now() - interval '1 day'`), REFUSED],
    [wallet('balance = -5'), CHECK],
    [wallet('balance = 4'), CHECK],
    [wallet('balance = 9007199254740992'), CHECK],
    [wallet('balance = 9223372036854775808'), '22003'],
    [wallet('balance = NULL'), '23502'],
    [opening('user_id, balance', `'new', -1`), CHECK],
    [opening('user_id, balance', `'new', 9007199254740992`), CHECK],
    [opening('user_id, balance, held', `'new', 5, 5`), CHECK],
    [opening('user_id, balance, version', `'new', 5, 5`), CHECK],
    [opening('user_id, balance, epoch', `'new', 5, 5`), CHECK],
    [opening('user_id, balance, due_at', `'new', 5, now()`), CHECK],
    [opening('user_id, balance, owed', `'new', 5, 5`), CHECK],
    [opening('user_id, balance, created_at', `'new', 5, now() - interval '1 day'`), CHECK],
    [opening('user_id, balance, updated_at', `'new', 5, '2099-01-01'`), CHECK],
    [opening('user_id, balance', `'', 5`), CHECK],
    [opening('user_id, balance', `repeat('x', 256), 5`), CHECK],
    [opening('user_id', `'guarded'`) + ' ON CONFLICT (user_id) DO UPDATE SET held = 0', REFUSED],
    ...LEDGER_TABLES.map((table): [string, string] => [`DELETE FROM credits.${table}`, REFUSED]),
    ...LEDGER_TABLES.map((table): [string, string] => [`TRUNCATE credits.${table} CASCADE`, REFUSED]),
    [copy('ledger_entries', '{"version": 99, "id": "00000000-0000-4000-8000-000000000001"}'), REFUSED],
    [copy('running_holds', '{"id": "00000000-0000-4000-8000-000000000001"}'), REFUSED],
    [copy('ended_holds', '{"id": "00000000-0000-4000-8000-000000000001"}'), REFUSED],
    [`INSERT INTO credits.former_holds VALUES (1, 1, 3, 2)`, REFUSED],
    [`UPDATE credits.former_holds SET holds = 0`, REFUSED],
    [copy('actors', '{"number": 99, "name": "somebody"}'), '428C9'],
    [copy('grant_layers', '{"until": 99}'), REFUSED],
    [copy('refunds', '{"entry_id": "00000000-0000-4000-8000-000000000001"}'), REFUSED],
    [
      `INSERT INTO credits.grant_terms (amount, created_at, id, priority, wallet, version, category)
       VALUES (5, now(), gen_random_uuid(), 50, 1, 99, 'paid')`,
      REFUSED,
    ],
    [`UPDATE credits.entries SET amount = amount + 1`, REFUSED],
    [`UPDATE credits.entries SET reason = 'another'`, REFUSED],
    [`UPDATE credits.holds SET state = 'released', resolved_at = now(), resolved_version = 9`, REFUSED],
    [`UPDATE credits.holds SET expires_at = now() + interval '1 year'`, REFUSED],
    [`UPDATE credits.grant_terms SET expires_at = NULL`, REFUSED],
    [`UPDATE credits.grant_layers SET height = height + 1`, REFUSED],
    [`UPDATE credits.refunds SET refunded = 1`, REFUSED],
    [`UPDATE credits.grants SET remaining = 5`, REFUSED],
    [`DELETE FROM credits.grants`, REFUSED],
    [`DELETE FROM credits.entries`, REFUSED],
    [`DELETE FROM credits.holds`, REFUSED],
    [`UPDATE credits.ledger_entries SET amount = amount + 1`, REFUSED],
    [`UPDATE credits.running_holds SET expires_at = now() + interval '1 year'`, REFUSED],
    [`UPDATE credits.ended_holds SET amount = 1`, REFUSED],
    [`UPDATE credits.reasons SET reason = 'another'`, REFUSED],
    [copy('descriptions', '{"id": "00000000-0000-4000-8000-000000000001"}'), REFUSED],
    [`UPDATE credits.descriptions SET description = 'another'`, REFUSED],
    [`UPDATE credits.actors SET name = 'another'`, REFUSED],
    [`INSERT INTO credits.reasons (reason) VALUES ('a new one')`, REFUSED],
    [`INSERT INTO credits.actors (name) VALUES ('a new one')`, REFUSED],
  ];

  test.each(edits)('%s', async (sql, code) => {
    const before = await ledgerRows(open.dataSource);
    await expect(open.dataSource.query(sql)).rejects.toMatchObject({ code });
    expect(await ledgerRows(open.dataSource)).toEqual(before);
  });
});
