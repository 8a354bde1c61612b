// The judge: reads the books with plain SQL after the run and compares them with the clients' list. It shares no
// code with the ledger but the integrity check, which is plain SQL as well.
import { createHash } from 'node:crypto';
import { checkIntegrity } from '../../dist/credits/plumbing.js';
import { groupBy } from './acknowledgements.mjs';
import { connect } from './cluster.mjs';
import { changeOf } from './operations.mjs';

const EXAMPLES = 5;

/** What of the list is missing in the books, what is in them without or beyond the list, and what does not add up. */
export async function judge(url, list) {
  const client = await connect(url);
  try {
    const verdict = { lost: 0, doubled: 0, lateLandings: 0, examples: [] };
    const byUser = list.byUser();
    for (const { user_id } of (await client.query('SELECT user_id FROM credits.wallets')).rows) {
      if (!byUser.has(user_id)) byUser.set(user_id, []);
    }
    for (const [userId, records] of byUser) compare(records, await booksOf(client, userId), verdict);
    const report = await checkIntegrity(async (sql, values) => (await client.query(sql, values)).rows);
    verdict.differences = report.differences.length;
    verdict.entries = report.entries;
    verdict.examples.push(...report.differences.slice(0, EXAMPLES).map((each) => JSON.stringify(each)));
    return { ...verdict, ...(await orphansOf(client, list.outages)) };
  } finally {
    await client.end();
  }
}

/**
 * The holds nobody kept alive: how long after their time the last one was freed, how long of that somebody was there
 * to free it, and those that still are not. Only their owner's screen waits for it: whoever asks for credits has what
 * is due settled first.
 */
export async function orphansOf(client, outages = []) {
  const { rows } = await client.query(
    `SELECT state, extract(epoch FROM expires_at)::float8 * 1000 AS due,
            extract(epoch FROM COALESCE(resolved_at, clock_timestamp()))::float8 * 1000 AS freed
       FROM credits.holds
      WHERE state = 'expired' OR (state = 'held' AND expires_at < clock_timestamp())`,
  );
  const overdue = rows.map(({ due, freed }) => freed - due);
  const served = rows.map(({ due, freed }) => freed - due - overlap(due, freed, outages));
  const [{ left_behind: leftBehind }] = (
    await client.query("SELECT count(*)::int AS left_behind FROM credits.holds WHERE state = 'held'")
  ).rows;
  const longest = (times) => Math.round(times.reduce((most, time) => Math.max(most, time), 0));
  const orphans = rows.filter(({ state }) => state === 'expired').length;
  return { orphans, leftBehind, longestOrphanMs: longest(overdue), longestServedOrphanMs: longest(served) };
}

function overlap(start, end, intervals) {
  return intervals.reduce(
    (sum, { from, to }) => sum + Math.max(0, Math.min(end, to) - Math.max(start, from)),
    0,
  );
}

async function booksOf(client, userId) {
  const entries = await client.query(
    `SELECT e.id, e.version::float8, e.kind, e.amount::float8, e.balance_after::float8, e.actor, e.hold_id,
            encode(l.key, 'hex') AS key
       FROM credits.entries e JOIN credits.ledger_entries l USING (id) WHERE e.user_id = $1`,
    [userId],
  );
  const [wallet] = (await client.query('SELECT salt FROM credits.wallets WHERE user_id = $1', [userId])).rows;
  const holds = await client.query('SELECT id, state FROM credits.holds WHERE user_id = $1', [userId]);
  return {
    entries: entries.rows,
    salt: wallet?.salt,
    stateOfHold: new Map(holds.rows.map(({ id, state }) => [id, state])),
  };
}

function compare(records, { entries, salt, stateOfHold }, verdict) {
  const unexplained = new Set(entries);
  const find = finderIn(entries, salt);
  const note = (fault, record, found) => {
    verdict[fault] += 1;
    if (verdict.examples.length < EXAMPLES) {
      verdict.examples.push(`${fault}: ${JSON.stringify(record)} in the books: ${JSON.stringify(found)}`);
    }
  };
  for (const record of records) {
    const found = find(record).filter((entry) => unexplained.delete(entry));
    const { least, most } = dueInBooks(record);
    if (record.state === 'done') {
      const matching = found.filter((entry) => isEntryOf(record, entry));
      if (matching.length < least || !holdAgrees(record, stateOfHold)) note('lost', record, found);
    }
    if (found.length > most) note('doubled', record, found);
    if (record.state === 'refused' && found.length > 0) verdict.lateLandings += 1;
  }
  for (const entry of withoutUnsureEdits(unexplained, records)) {
    if (entry.kind !== 'expiry') note('doubled', 'not on the list', entry);
  }
}

/** As the ledger keeps a key (names.sql). */
export function keptKey(salt, key) {
  return createHash('sha256').update(salt).update(key).digest('hex').slice(0, 32);
}

/** The entries of an operation: those with its key, and the one its receipt names. */
function finderIn(entries, salt) {
  const byKey = groupBy(entries, ({ key }) => key);
  const byId = new Map(entries.map((entry) => [entry.id, entry]));
  const byVersion = new Map(entries.map((entry) => [entry.version, entry]));
  return ({ operation: { kind, key }, receipt }) => {
    if (kind === 'edit') return receipt ? [byVersion.get(receipt.version)] : [];
    const byItsKey = key === undefined || salt === undefined ? [] : (byKey.get(keptKey(salt, key)) ?? []);
    return [...byItsKey, byId.get(receipt?.entryId)];
  };
}

/** An edit by hand whose answer was lost may be in the books; nothing but its amount tells. */
function withoutUnsureEdits(unexplained, records) {
  const edits = records.filter(({ operation, state }) => operation.kind === 'edit' && state === 'abandoned');
  return [...unexplained].filter((entry) => {
    const index = edits.findIndex(({ operation }) => isByHand(entry) && operation.amount === entry.amount);
    if (index >= 0) edits.splice(index, 1);
    return index < 0;
  });
}

/**
 * How many entries an operation may have. A refusal after an unknown attempt may be overtaken by that attempt: the
 * statement of a killed process can still be on its way when the retry is decided.
 */
function dueInBooks({ operation, state, unknowns }) {
  if (operation.fails) return { least: 0, most: 0 };
  if (state === 'done') return { least: 1, most: 1 };
  return { least: 0, most: state === 'refused' && unknowns === 0 ? 0 : 1 };
}

function isEntryOf({ operation, receipt }, entry) {
  const { entryId, holdId, version, balance } = receipt;
  return (
    entry.amount === changeOf(operation) &&
    (entryId === undefined || entry.id === entryId) &&
    (version === undefined || entry.version === version) &&
    (balance === undefined || entry.balance_after === balance) &&
    (holdId == null || entry.hold_id === holdId) &&
    (operation.kind === 'edit') === isByHand(entry)
  );
}

function holdAgrees({ operation, receipt }, stateOfHold) {
  if (receipt.holdId == null) return true;
  return stateOfHold.get(receipt.holdId) === (operation.fails ? 'released' : 'captured');
}

function isByHand({ actor }) {
  return actor?.startsWith('sql:') ?? false;
}
