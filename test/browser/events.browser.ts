import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { CDPSession, Page } from 'playwright-core';
import { showsCredits } from './parts.js';
import { openStage, type Stage } from './stage.js';

const CHANGES = 200;
const MOST_MS_AN_EVENT = 2;
/** A machine on which a page that writes one number needs more than a third of that is too busy to judge by the clock. */
const MOST_TIMES_A_BARE_PAGE = 3;
const MOST_DRAWN_A_SECOND = 14;
const LONE_CHANGES = 10;
const MOST_DRAWN_A_LONE_CHANGE = 1.5;
/** Reads the same events, and writes how much it has read. */
const BARE_PAGE = `<!doctype html><p></p><script type="module">
  const headers = { authorization: 'Bearer ' + localStorage.getItem('token') };
  const answer = await fetch('/api/credits/stream?changes=true', { headers });
  const [reader, decoder] = [answer.body.getReader(), new TextDecoder()];
  for (let signs = 0, part = await reader.read(); !part.done; part = await reader.read())
    document.querySelector('p').textContent = signs += decoder.decode(part.value).length;
</script>`;
const EVENTS = 10_000;
const EVENTS_A_LINE = 2_500;
const MOST_GROWTH_BYTES = 300_000;
const LINES = 30;
/** Counts what is written of dates and times: each line has three. */
const COUNTED_DATES = `
  globalThis.worded = 0;
  const Real = Intl.DateTimeFormat;
  Intl.DateTimeFormat = class extends Real {
    get format() {
      const format = super.format;
      return (date) => ((globalThis.worded += 1), format(date));
    }
  };`;

/** What a page holds and has worked, its garbage collected before. */
async function figuresOf(session: CDPSession): Promise<Record<string, number>> {
  await session.send('HeapProfiler.collectGarbage');
  const { metrics } = await session.send('Performance.getMetrics');
  return Object.fromEntries(metrics.map(({ name, value }) => [name, value]));
}

async function watched(page: Page): Promise<CDPSession> {
  const session = await page.context().newCDPSession(page);
  // Threads' own time: a busy machine must not make an event dearer.
  await session.send('Performance.enable', { timeDomain: 'threadTicks' });
  return session;
}

/** Until nothing is written any more: a line that begins to be told may have its lists read once more. */
async function untilStill(page: Page): Promise<void> {
  for (let before = -1, now = 0; now !== before;) {
    before = now;
    await page.waitForTimeout(1_500);
    now = await page.evaluate('worded');
  }
}

describe('an open page that is told of changes', () => {
  let stage: Stage;
  beforeAll(async () => {
    stage = await openStage();
  });
  afterAll(() => stage.close());

  /** What one of many edits by hand costs the page that is open, and how often it was drawn in a second. */
  const costOf = async (page: Page, user: string) => {
    await page.waitForTimeout(2_000);
    const session = await watched(page);
    const before = await figuresOf(session);
    const since = performance.now();
    for (let count = 1; count <= CHANGES; count += 1) {
      await takeOne(user);
      await page.waitForTimeout(10);
    }
    await page.waitForTimeout(500);
    const seconds = (performance.now() - since) / 1_000;
    // Without collecting its garbage once more: that would cost more than the events.
    const { metrics } = await session.send('Performance.getMetrics');
    const after = Object.fromEntries(metrics.map(({ name, value }) => [name, value]));
    const spent = (name: string) => after[name]! - before[name]!;
    return { ms: (1_000 * spent('TaskDuration')) / CHANGES, drawn: spent('LayoutCount') / seconds };
  };

  test.each(['work', 'history', 'credits'])(
    '%s works two milliseconds for one, on the page’s own thread, and is drawn as often as anybody reads',
    async (view) => {
      const user = `told-${view}`;
      const page = await stage.open(user, { credits: 2 * CHANGES + 1 });
      await showsCredits(page, 2 * CHANGES + 1);
      const bare = await page.context().newPage();
      await bare.route('**/bare', (route) => route.fulfill({ contentType: 'text/html', body: BARE_PAGE }));
      await bare.goto(`${stage.url}`);
      await showsCredits(bare, 2 * CHANGES + 1);
      await bare.goto(`${stage.url}bare`);
      const least = await costOf(bare, user);
      await bare.close();
      await page.goto(`${stage.url}#${view}`);
      const { ms, drawn } = await costOf(page, user);
      await showsCredits(page, 1);
      console.info(
        `${view}: ${ms.toFixed(2)} ms an event, drawn ${drawn.toFixed(0)} times a second; a bare page: ${least.ms.toFixed(2)} ms`,
      );
      expect(ms).toBeLessThan(Math.max(MOST_MS_AN_EVENT, MOST_TIMES_A_BARE_PAGE * least.ms));
      expect(drawn).toBeLessThan(MOST_DRAWN_A_SECOND);
    },
    60_000,
  );

  test.each(['work', 'history', 'credits'])('%s is drawn once for a lone change', async (view) => {
    const user = `alone-${view}`;
    const page = await stage.open(user, { credits: LONE_CHANGES + 1 });
    await page.goto(`${stage.url}#${view}`);
    await page.waitForSelector('#balance.live');
    await page.waitForTimeout(2_000);
    const session = await watched(page);
    const before = await figuresOf(session);
    for (let count = 0; count < LONE_CHANGES; count += 1) {
      await takeOne(user);
      await page.waitForTimeout(300);
    }
    await showsCredits(page, 1);
    const after = await figuresOf(session);
    const drawn = (after['LayoutCount']! - before['LayoutCount']!) / LONE_CHANGES;
    console.info(
      `${view}: ${((1_000 * (after['TaskDuration']! - before['TaskDuration']!)) / LONE_CHANGES).toFixed(2)} ms a lone change`,
    );
    expect(drawn).toBeLessThan(MOST_DRAWN_A_LONE_CHANGE);
  });

  test('words one line for one, however many stand there', async () => {
    const page = await stage.open('worded', { credits: LINES + 1 });
    await page.addInitScript(COUNTED_DATES);
    for (let count = 0; count < LINES; count += 1) await takeOne('worded');
    await page.goto(`${stage.url}#history`);
    await page.reload();
    await page.waitForSelector('table.entries tbody tr:nth-child(20)');
    await page.waitForSelector('#balance.live');
    await untilStill(page);
    await page.evaluate('worded = 0');
    await takeOne('worded');
    await showsCredits(page, 0);
    await page.waitForTimeout(500);
    expect(await page.evaluate('worded')).toBeGreaterThan(0);
    expect(await page.evaluate('worded')).toBeLessThan(LINES / 2);
  });

  const takeOne = (user: string) =>
    stage.sql.query('UPDATE credits.wallets SET balance = balance - 1 WHERE user_id = $1', [user]);

  test.each(['work', 'history'])(
    '%s holds no more after 10,000 of them than before',
    async (view) => {
      const page = await (await stage.profile()).newPage();
      let version = 1;
      await page.route('**/api/credits/stream**', (route) => {
        // Each line begins where the last one ended, so nothing is missed and the lists are not read anew.
        const events = Array.from({ length: version > EVENTS ? 1 : EVENTS_A_LINE }, (_, index) =>
          eventsOf(index === 0 ? version : (version += 1)),
        );
        return route.fulfill({ contentType: 'text/event-stream', body: events.join('') });
      });
      await page.goto(`${stage.url}#token=${await stage.token('endless')}`);
      await page.goto(`${stage.url}#${view}`);
      const session = await watched(page);
      await page.waitForTimeout(2_000);
      const before = await figuresOf(session);
      while (version <= EVENTS) await page.waitForTimeout(500);
      await page.waitForTimeout(1_000);
      const after = await figuresOf(session);
      expect(after['JSHeapUsedSize']! - before['JSHeapUsedSize']!).toBeLessThan(MOST_GROWTH_BYTES);
      expect(after['Nodes']).toBeLessThan(before['Nodes']! + 50);
      expect(after['JSEventListeners']).toBeLessThan(before['JSEventListeners']! + 20);
    },
    200_000,
  );
});

/** The balance at a version, and the entry that it came by. */
function eventsOf(version: number): string {
  const balance = { credits: version, available: version, held: 0, balance: version, owed: 0, version };
  const rest = {
    low: false,
    nextExpiryAt: null,
    nextRefill: null,
    asOf: '2026-11-27T10:00:00Z',
    source: 'cache',
  };
  const none = {
    action: null,
    grantId: null,
    holdId: null,
    reverses: null,
    priceVersion: null,
    refunded: null,
  };
  const entry = {
    ...none,
    ...{
      id: `entry-${version}`,
      kind: 'adjustment',
      amount: 1,
      balanceAfter: version,
      owedAfter: null,
      version,
    },
    ...{ reason: 'counted', actor: 'system', description: null, createdAt: rest.asOf, reversedBy: [] },
  };
  const changes = { from: version - 1, to: version, entries: [entry], holds: [], grants: [] };
  return [
    ['balance', { ...balance, ...rest }],
    ['changes', changes],
  ]
    .map(([event, data]) => `event: ${event as string}\nid: ${version}\ndata: ${JSON.stringify(data)}\n\n`)
    .join('');
}
