// Recorded answers come and go, a day's worth at a time: does their table stay as large as two days of them?
import { run } from './small-databases.mjs';

const A_DAY = 100_000;
const DAYS = 6;
/** As a JSON answer of an upload. */
const BODY = 'x'.repeat(300);

/** @returns bytes of the table and its indexes at the end of each day */
export async function answersComeAndGo({ url, say }) {
  return run(url, async (client) => {
    const bytes = [];
    for (let day = 1; day <= DAYS; day += 1) {
      await client.query(
        `INSERT INTO credits.answers (user_id, key, route, input, status, headers, body, created_at)
         SELECT 'user-' || g % 10000, 'key-' || $1::int || '-' || g, 'POST /api/export', md5(g::text), 201, '{}', $2,
                timestamptz '2026-01-01' + $1::int * interval '1 day' + g * interval '0.8 second'
           FROM generate_series(1, $3::int) g`,
        [day, BODY, A_DAY],
      );
      await forget(client, day);
      // What autovacuum does when so many rows are dead.
      await client.query('VACUUM credits.answers');
      const { rows } = await client.query(`SELECT pg_total_relation_size('credits.answers')::int AS bytes`);
      bytes.push(rows[0].bytes);
      say(`day ${day}: answers take ${Math.round(rows[0].bytes / 2 ** 20)} MiB`);
    }
    return bytes;
  });
}

/** All of the day before, in the batches and by the index of the product's own upkeep. */
async function forget(client, day) {
  for (let gone = 1; gone > 0;) {
    const { rowCount } = await client.query(
      `DELETE FROM credits.answers WHERE ctid = ANY (ARRAY(
         SELECT ctid FROM credits.answers WHERE created_at < timestamptz '2026-01-01' + $1::int * interval '1 day'
          ORDER BY created_at LIMIT 1000))`,
      [day],
    );
    gone = rowCount;
  }
}
