import { expect, test } from '@jest/globals';
import { Temporal } from '@js-temporal/polyfill';
import { boundary } from '../../src/credits/testing/refill.js';
import { clientOnOwnDatabase } from '../support/own-database.js';

// The boundaries of allowances against a calendar that is not PostgreSQL's: 48 months from anchors at the ends of
// months, in leap years, and at the hours that summer time skips and repeats.

const ZONES = ['UTC', 'Europe/Berlin', 'Asia/Kathmandu', 'Pacific/Apia', 'America/New_York'];
const ANCHORS = [
  '2027-01-31T00:00',
  '2028-02-29T00:00',
  '2026-11-30T23:59:59',
  '2027-08-31T12:34:56',
  // Berlin's clock springs from 02:00 to 03:00 on 28 March 2027, and goes back from 03:00 to 02:00 on 25 October 2026.
  '2027-01-28T02:30',
  '2026-07-25T02:30',
  // New York's on 14 March and 1 November 2027.
  '2027-02-14T02:30',
  '2027-09-01T01:30',
];
const MONTHS = 48;

const [sql] = await clientOnOwnDatabase();

/** An hour that comes twice is the later one; one that is skipped comes when the clock has sprung. */
const anchorIn = (zone: string, local: string) =>
  Temporal.PlainDateTime.from(local).toZonedDateTime(zone, { disambiguation: 'later' });

/** The first is the anchor itself; the others count from its place on the clock, which may have come twice. */
function expectedBoundaries(zone: string, local: string, months: number): string[] {
  const start = anchorIn(zone, local);
  return Array.from({ length: MONTHS / months + 1 }, (_, period) =>
    start
      .toPlainDateTime()
      .add({ months: months * period })
      .toZonedDateTime(zone, { disambiguation: 'later' })
      .toInstant()
      .toString(),
  );
}

function boundariesOfTheTestKit(zone: string, local: string, months: number): string[] {
  const calendar = { anchor: anchorIn(zone, local).epochMilliseconds, months, timeZone: zone };
  return Array.from({ length: MONTHS / months + 1 }, (_, period) =>
    Temporal.Instant.fromEpochMilliseconds(boundary(calendar, period)).toString(),
  );
}

async function boundaries(zone: string, local: string, months: number, next = 'n'): Promise<string[]> {
  const anchor = anchorIn(zone, local).toInstant().toString();
  const { rows } = await sql.query<{ at: Date }>(
    `SELECT credits.boundary(a, ${next}) AS at
       FROM generate_series(0, $4) n
       CROSS JOIN LATERAL (SELECT (json_populate_record(NULL::credits.allowance_terms,
              json_build_object('anchor', $1::timestamptz, 'time_zone', $2::text, 'months', $3::int))).*) t
       CROSS JOIN LATERAL (SELECT t::credits.allowance_terms AS a) x ORDER BY n`,
    [anchor, zone, months, MONTHS / months],
  );
  return rows.map(({ at }) => Temporal.Instant.from(at.toISOString()).toString());
}

const cases = ZONES.flatMap((zone) => ANCHORS.map((anchor) => [zone, anchor] as const));

test.each(cases)(
  'the periods of 1, 3 and 12 months in %s from %s are the calendar’s',
  async (zone, anchor) => {
    for (const months of [1, 3, 12]) {
      const found = await boundaries(zone, anchor, months);
      expect(found).toEqual(expectedBoundaries(zone, anchor, months));
      expect(boundariesOfTheTestKit(zone, anchor, months)).toEqual(found);
      expect([...found].sort()).toEqual(found);
      expect(new Set(found).size).toBe(found.length);
    }
  },
);

test('going on from the last boundary instead of the anchor is another calendar', async () => {
  const iterated = ['2027-01-31T00:00'];
  for (let month = 1; month <= MONTHS; month += 1) {
    iterated.push(Temporal.PlainDateTime.from(iterated.at(-1)!).add({ months: 1 }).toString());
  }
  const instants = iterated.map((local) => anchorIn('UTC', local).toInstant().toString());
  expect(instants).not.toEqual(await boundaries('UTC', '2027-01-31T00:00', 1));
});
