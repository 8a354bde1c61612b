import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { openProduct, type Product } from './product.js';
import { documentOf, walk } from './walk.js';

const day = documentOf('docs/operators-day.md');
let product: Product;

beforeAll(async () => {
  delete process.env['AUTH_JWT_SECRET'];
  product = await openProduct({ AUTH_MODE: 'embedded', AUTH_JWT_SECRET: '', CREDIT_SIGNUP_GRANT: '100' });
});
afterAll(() => product.close());

/** The rows of the table at the end of the document. */
function promised(): string[][] {
  const rows = day.split('\n').filter((line) => /^\| (grant|charge|refund|expiry) /.test(line));
  return rows.map((row) =>
    row
      .split('|')
      .slice(1, -1)
      .map((cell) => cell.trim().replaceAll('`', '')),
  );
}

function scriptsOf(text: string): string[] {
  return [...text.matchAll(/```sh\n(.*?)```/gs)].map(([, script]) => script!);
}

/** Tells when the lines that lead from a complaint to its refund begin on the command line, and when they have run. */
function timed(script: string): string {
  return script
    .replace(/^credits wallets \$.*$/m, 'echo "asked $(date +%s)"\n$&')
    .replace(/^credits refund .*$/m, '$&\necho "refunded $(date +%s)"');
}

async function entriesOf(userId: string) {
  const { rows } = await product.sql.query(
    `SELECT kind, amount::text, balance_after::text, COALESCE(action, '') AS action, COALESCE(reason, '') AS reason, actor
       FROM credits.entries WHERE user_id = $1 ORDER BY version`,
    [userId],
  );
  return rows as Record<string, string>[];
}

test('the operator’s day runs as it stands, and by command line and HTTP makes the entries it promises', async () => {
  const lines = await walk(scriptsOf(day).map(timed).join('\n'), product);
  expect(lines).toContain('refused, as it should be');
  const secondsAt = (what: string) => Number(lines.find((line) => line.startsWith(what))!.slice(what.length));
  const seconds = secondsAt('refunded ') - secondsAt('asked ');
  console.info(`from a complaint to its refund: ${seconds} s`);
  expect(seconds).toBeGreaterThan(0);
  expect(seconds).toBeLessThan(60);
  expect(lines.find((line) => line.includes('differences'))).toMatch(
    /^2 wallets, 14 entries, 0 differences$/,
  );
  expect(lines.some((line) => line.startsWith('{"ok":true,'))).toBe(true);

  const [carol, dave] = [await entriesOf('carol'), await entriesOf('dave')];
  const told = (entries: typeof carol) =>
    entries.map(({ kind, amount, balance_after, action, reason }) => [
      kind,
      amount,
      balance_after,
      action,
      reason,
    ]);
  expect(told(carol)).toEqual(promised());
  expect(told(dave)).toEqual(promised());
  const actors = (entries: typeof carol) => new Set(entries.map(({ actor }) => actor));
  expect(actors(dave)).toEqual(new Set(['root', 'signup', null, 'ledger']));
  expect(actors(carol)).toEqual(new Set([expect.stringMatching(/^cli/), 'signup', null, 'ledger']));
}, 400_000);
