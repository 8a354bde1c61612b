// How soon the page is usable on a cold browser, and how soon an edit made by hand in SQL is on it. Figures for
// docs/page.md; the tests measure no time. Usage: node test/browser/measure.mjs <address> <database url> [browser]
import pg from 'pg';
import { chromium } from 'playwright-core';

const ROUNDS = 10;
const [address, databaseUrl, executablePath = '/usr/bin/chromium'] = process.argv.slice(2);
const sql = new pg.Client({ connectionString: databaseUrl });
await sql.connect();

const usable = [];
const edited = [];
for (let round = 0; round < ROUNDS; round++) {
  // A browser that never ran before: no cache, no compiled script.
  const browser = await chromium.launch({ executablePath, args: ['--no-sandbox', '--disable-gpu'] });
  const page = await (await browser.newContext({ locale: 'en-US' })).newPage();
  const since = performance.now();
  await page.goto(address, { waitUntil: 'commit' });
  await Promise.all([
    page.locator('#balance.live strong').waitFor(),
    page.locator('.kind .after').first().waitFor(),
  ]);
  usable.push(performance.now() - since);
  const credits = 1_000 + round;
  const edit = performance.now();
  await sql.query(`UPDATE credits.wallets SET balance = ${credits} WHERE user_id = 'demo'`);
  await page
    .locator('#balance strong', { hasText: new Intl.NumberFormat('en-US').format(credits) })
    .waitFor();
  edited.push(performance.now() - edit);
  await browser.close();
}
await sql.end();
report('usable, from the address to a live balance and every price', usable);
report('an edit by hand, from the statement to the screen', edited);

function report(what, times) {
  const sorted = times.map(Math.round).sort((one, other) => one - other);
  const median = sorted[Math.floor(sorted.length / 2)];
  console.log(`${what}: median ${median} ms, at most ${sorted.at(-1)} ms, of ${sorted.length}`);
}
