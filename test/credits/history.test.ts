import { beforeAll, describe, expect, test } from '@jest/globals';
import type { Entry, HistoryFilter, Page } from '../../src/credits/index.js';
import { openCredits } from '../support/credits.js';
import { AS_THE_LEDGER } from '../support/ledger-hand.js';
import { onOwnDatabase } from '../support/own-database.js';

/** More than a page looks through. */
const CHARGES = 45_000;
const BEGIN = Date.UTC(2026, 0, 1);
const MINUTE_MS = 60_000;

/** All entries of the long ledger, newest first. */
let all: Entry[];

const [books] = await onOwnDatabase(openCredits);

beforeAll(async () => {
  await seed('long');
  all = await follow({ limit: 200 });
});

/**
 * A charge a minute under every second version; each 5,000th of a rare action, each 15,000th entry an adjustment.
 * Before each seventh the clock is set back, so that it seems to be half a minute older than the one before it.
 */
async function seed(userId: string): Promise<void> {
  await asLedger('INSERT INTO wallets (user_id, name_hash) VALUES ($1, name_hash($1))', [userId]);
  await asLedger(
    `WITH rows AS (
       SELECT n, CASE WHEN n % 15000 = 0 THEN 'adjustment' ELSE 'charge' END AS kind,
              CASE WHEN n % 5000 = 0 THEN 'docx_processing' ELSE 'txt_upload' END AS action,
              $3::timestamptz + n * interval '1 minute'
                - CASE WHEN n % 7 = 1 THEN interval '90 seconds' ELSE interval '0' END AS at
         FROM generate_series(1, $2::int) n)
     INSERT INTO ledger_entries (wallet, version, id, kind, action, amount, balance_after, held_after, epoch, created_at)
     SELECT (SELECT number FROM wallets WHERE user_id = $1), 2 * n, gen_random_uuid(), kind, CASE kind WHEN 'charge' THEN action END, -1, $2 - n, 0, 1, at
       FROM rows`,
    [userId, CHARGES, new Date(BEGIN)],
  );
}

/** Rows that no charge has made, for there are too many of them. */
async function asLedger(sql: string, values: unknown[]): Promise<void> {
  const client = await books.pool.connect();
  await client.query(AS_THE_LEDGER);
  await client.query(sql, values);
  client.release(true);
}

/** Every entry of a filter, page by page. */
async function follow(filter: HistoryFilter): Promise<Entry[]> {
  const found: Entry[] = [];
  let cursor: string | undefined;
  do {
    const page: Page<Entry> = await books.credits.history('long', { ...filter, cursor });
    expect(page.data.length).toBeLessThanOrEqual(filter.limit ?? 50);
    found.push(...page.data);
    cursor = page.nextCursor ?? undefined;
  } while (cursor !== undefined);
  return found;
}

const versions = (entries: Entry[]) => entries.map(({ version }) => version);

describe('a long history', () => {
  test('is all there, newest first, each entry once', () => {
    expect(versions(all)).toEqual(Array.from({ length: CHARGES }, (_, index) => 2 * (CHARGES - index)));
  });

  test('of a kind of which there are few is there with the first page', async () => {
    const { data, nextCursor } = await books.credits.history('long', { kind: 'adjustment' });
    expect([versions(data), nextCursor]).toEqual([[90_000, 60_000, 30_000], null]);
    expect(await books.credits.history('long', { kind: 'refund' })).toEqual({ data: [], nextCursor: null });
  });

  test('of a rare action may come in short pages, and none is missing at their end', async () => {
    const first = await books.credits.history('long', { action: 'docx_processing' });
    expect(versions(first.data)).toEqual([80_000]);
    expect(first.nextCursor).not.toBeNull();
    expect(versions(await follow({ action: 'docx_processing', limit: 2 }))).toEqual([
      80_000, 70_000, 50_000, 40_000, 20_000, 10_000,
    ]);
    const charges = await follow({ kind: 'charge', limit: 200 });
    expect(versions(charges)).toEqual(versions(all.filter(({ kind }) => kind === 'charge')));
  });

  test.each([
    [0, 3],
    [100.5, 117],
    [29_995, 30_010],
    [44_990, 46_000],
    [-500, 0.5],
    [46_000, 47_000],
    [7, 7],
  ])('of the time from minute %d to minute %d is exactly that', async (first, end) => {
    const [from, to] = [first, end].map((minute) => new Date(BEGIN + minute * MINUTE_MS).toISOString());
    const expected = all.filter(({ createdAt }) => createdAt >= from! && createdAt < to!);
    const { data, nextCursor } = await books.credits.history('long', { from, to, limit: 200 });
    expect([versions(data), nextCursor]).toEqual([versions(expected).slice(0, 200), null]);
  });

  test('hides no entry before which the clock was set back', async () => {
    for (let n = 701; n < CHARGES; n += 1_400) {
      const [from, to] = [n - 1.8, n - 1.2].map((minute) =>
        new Date(BEGIN + minute * MINUTE_MS).toISOString(),
      );
      expect(versions((await books.credits.history('long', { from, to })).data)).toEqual([2 * n]);
    }
  });

  test('keeps its pages while entries are added', async () => {
    const filter = { limit: 3 };
    const first = await books.credits.history('long', filter);
    await asLedger(
      `INSERT INTO ledger_entries (wallet, version, id, kind, amount, balance_after, held_after, epoch, created_at)
       SELECT (SELECT number FROM wallets WHERE user_id = 'long'), 100000, gen_random_uuid(), 'charge', -1, 0, 0, 1, now()`,
      [],
    );
    const second = await books.credits.history('long', { ...filter, cursor: first.nextCursor! });
    expect([...versions(first.data), ...versions(second.data)]).toEqual(versions(all).slice(0, 6));
  });
});
