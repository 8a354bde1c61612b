import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { readFileSync } from 'node:fs';
import { START, openClockedCredits, type ClockedCredits } from './clocked-credits.js';

const DOCUMENT = new URL('../../docs/design-grant-day.md', import.meta.url);
const HEADING = 'A day of five grants\n';
const userId = 'grant day';
const by = { reason: 'grant day', actor: 'test' };

let open: ClockedCredits;
let table: string[][];
beforeAll(async () => {
  open = await openClockedCredits();
  table = tableOf(readFileSync(DOCUMENT, 'utf8'));
});
afterAll(() => open.close());

/** time, balance, held, available, version, then what remains of each grant made so far */
const day: [time: string, expected: string, action: () => Promise<unknown>][] = [
  ['08:00', '10 0 10  1  10', () => grant(10, 10, '12:00')],
  ['08:05', '30 0 30  2  10 20', () => grant(20, 50, '18:00')],
  ['08:10', '60 0 60  3  10 20 30', () => grant(30, 50)],
  ['08:15', '75 0 75  4  10 20 30 15', () => grant(15, 100)],
  ['08:20', '80 0 80  5  10 20 30 15 5', () => grant(5, 0, '24:00')],
  ['09:00', '72 0 72  6  7 20 30 15 0', () => charge('morning', 8)],
  ['11:00', '72 4 68  7  7 20 30 15 0', () => hold('noon', 4, 2)],
  ['12:00', '69 4 65  8  4 20 30 15 0', () => look()],
  [
    '12:30',
    '65 0 65 10  0 20 30 15 0',
    () => open.credits.capture({ holdId: made.get('noon')!, credits: 2 }),
  ],
  ['13:00', '55 0 55 11  0 10 30 15 0', () => edit('balance - 10')],
  ['13:30', '63 0 63 12  0 10 30 15 5 3', () => refund('morning')],
  ['14:00', '70 0 70 13  0 10 30 15 5 3 7', () => edit('70')],
  ['16:00', '70 15 55 14  0 10 30 15 5 3 7', () => hold('evening', 15, 4)],
  ['18:00', '67 15 52 15  0 7 30 15 5 3 7', () => look()],
  ['19:00', '60 0 60 17  0 0 30 15 5 3 7', () => open.credits.release({ holdId: made.get('evening')! })],
  ['20:00', '60 10 50 18  0 0 30 15 5 3 7', () => hold('forgotten', 10, 1)],
  ['21:00', '60 0 60 19  0 0 30 15 5 3 7', () => look()],
  ['22:00', '51 0 51 20  0 0 29 15 0 0 7', () => charge('night', 9)],
  ['22:30', '57 0 57 21  0 0 30 15 2 3 7', () => refund('night', 6)],
  ['22:45', '57 0 57 21  0 0 30 15 2 3 7', () => refused(refund('night', 4), 'refund_exceeds_charge')],
  ['23:00', '57 0 57 21  0 0 30 15 2 3 7', () => refused(charge('too much', 58), 'insufficient_credits')],
  ['24:00', '55 0 55 22  0 0 30 15 0 3 7', () => look()],
];

test('the day of five grants goes as the design document tells it', async () => {
  expect(table.map(([time]) => time)).toEqual(day.map(([time]) => time));
  for (const [index, [time, expected, action]] of day.entries()) {
    await open.setClock(at(time));
    await action();
    const seen = [time, ...(await levels())];
    expect(seen).toEqual([time, ...expected.split(/ +/)]);
    const [documented, , ...cells] = table[index]!;
    expect([documented, ...cells.filter((cell) => cell !== '')]).toEqual(seen);
  }
  await open.check();
});

/** The ids of holds and charges, by the names the day gives them. */
const made = new Map<string, string>();

function grant(credits: number, priority: number, until?: string): Promise<unknown> {
  const expiresAt = until === undefined ? null : new Date(at(until));
  return open.credits.grant({ userId, credits, priority, expiresAt, ...by });
}

async function charge(name: string, credits: number): Promise<void> {
  made.set(name, (await open.credits.charge({ userId, action: 'work', credits })).entryId);
}

async function hold(name: string, credits: number, hours: number): Promise<void> {
  made.set(
    name,
    (await open.credits.hold({ userId, action: 'work', credits, ttlSeconds: hours * 3_600 })).id,
  );
}

function refund(name: string, credits?: number): Promise<unknown> {
  return open.credits.refund({ entryId: made.get(name)!, credits, ...by });
}

function look(): Promise<unknown> {
  return open.credits.balance(userId);
}

function edit(balance: string): Promise<unknown> {
  return open.sql.query(`UPDATE credits.wallets SET balance = ${balance} WHERE user_id = $1`, [userId]);
}

function refused(call: Promise<unknown>, code: string): Promise<void> {
  return expect(call).rejects.toMatchObject({ code });
}

async function levels(): Promise<string[]> {
  const { rows } = await open.sql.query<{ levels: string[] }>(
    `SELECT ARRAY[w.balance, w.held, w.balance - w.held, w.version]::text[] ||
            ARRAY(SELECT g.remaining::text FROM credits.grants g JOIN credits.grant_terms t USING (id)
                   WHERE g.user_id = w.user_id ORDER BY t.version, t.part) AS levels
       FROM credits.wallets w WHERE w.user_id = $1`,
    [userId],
  );
  return rows[0]!.levels;
}

function at(time: string): number {
  const [hours, minutes] = time.split(':').map(Number);
  return START + (hours! * 60 + minutes!) * 60_000;
}

/** The cells of the table below the heading, without its two head rows. */
function tableOf(document: string): string[][] {
  const section = document.split(HEADING)[1]!.split('\n#')[0]!;
  const lines = section.split('\n').filter((line) => line.startsWith('|'));
  return lines.slice(2).map((line) =>
    line
      .split('|')
      .slice(1, -1)
      .map((cell) => cell.trim()),
  );
}
