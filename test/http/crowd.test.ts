import { Controller, Get } from '@nestjs/common';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { Crowd, type Visit } from '../../src/http/crowd.js';
import { SECURITY_HEADERS } from '../../src/http/security-headers.js';
import { Public } from '../../src/identity/index.js';
import { openApp, type OpenApp } from '../support/app.js';
import { until } from '../support/until.js';

const answer = () => ({ headersSent: false });

/** So many come in at `nowMs`, if they may. */
function come(crowd: Crowd, many: number, nowMs: number): Visit[] {
  const visits = Array.from({ length: many }, () => crowd.enter(answer(), nowMs));
  return visits.filter((visit) => visit !== undefined);
}

/** A second in which never fewer than `inside` were there and so many were answered. */
function busySecond(crowd: Crowd, { inside, answered }: { inside: number; answered: number }, nowMs: number) {
  const those = come(crowd, inside, nowMs);
  crowd.enter(answer(), nowMs + 1_000);
  for (let n = 0; n < answered; n += 1) {
    crowd.leave(those.shift()!);
    those.push(...come(crowd, 1, nowMs + 1_001));
  }
  crowd.enter(answer(), nowMs + 2_000);
}

describe('a crowd', () => {
  test('is what can be answered in a fifth of a second, as the last busy second has shown', () => {
    const crowd = new Crowd(500, 64);
    expect(crowd.limit).toBe(100);
    busySecond(crowd, { inside: 40, answered: 1_000 }, 0);
    expect(crowd.limit).toBe(200);
    busySecond(crowd, { inside: 40, answered: 500 }, 10_000);
    expect(crowd.limit).toBe(100);
  });

  test('is never less than 64, however slow the answers were', () => {
    const crowd = new Crowd(500, 64);
    busySecond(crowd, { inside: 40, answered: 1 }, 0);
    expect(crowd.limit).toBe(64);
  });

  test('is what was believed at first again after ten seconds with little to do', () => {
    const crowd = new Crowd(5_000, 64);
    busySecond(crowd, { inside: 40, answered: 500 }, 0);
    expect(crowd.limit).toBe(100);
    crowd.enter(answer(), 20_000);
    crowd.enter(answer(), 31_000);
    expect(crowd.limit).toBe(1_000);
  });

  test('learns nothing from a second in which there was little to do', () => {
    const crowd = new Crowd(500, 64);
    busySecond(crowd, { inside: 3, answered: 20 }, 0);
    expect(crowd.limit).toBe(100);
  });

  test('lets in who comes after somebody has left', () => {
    const crowd = new Crowd(500, 64);
    const inside = come(crowd, 200, 0);
    expect(inside).toHaveLength(100);
    expect(crowd.enter(answer(), 1)).toBeUndefined();
    crowd.leave(inside[7]!);
    expect(crowd.enter(answer(), 2)).toBeDefined();
    expect(crowd.enter(answer(), 3)).toBeUndefined();
  });

  test('keeps nothing of an answer that has ended', () => {
    const crowd = new Crowd(500, 64);
    const [visit] = come(crowd, 1, 0);
    crowd.leave(visit!);
    expect(visit!.answer).toBeUndefined();
    expect(crowd.size).toBe(0);
  });

  test('does not count who has been there for three seconds, or hears an answer already', () => {
    const crowd = new Crowd(500, 64);
    come(crowd, 100, 0);
    expect(crowd.enter(answer(), 2_999)).toBeUndefined();
    expect(come(crowd, 100, 3_000)).toHaveLength(100);
    const streams = Array.from({ length: 100 }, answer);
    for (const stream of streams) crowd.enter(stream, 6_000);
    expect(crowd.enter(answer(), 6_000)).toBeUndefined();
    for (const stream of streams) stream.headersSent = true;
    expect(crowd.enter(answer(), 6_100)).toBeDefined();
    expect(crowd.size).toBe(1);
  });
});

@Controller('slow')
class SlowController {
  static waiting: (() => void)[] = [];

  @Public()
  @Get()
  wait(): Promise<object> {
    return new Promise((resolve) => SlowController.waiting.push(() => resolve({})));
  }
}

describe('a server that has enough to do', () => {
  let open: OpenApp;

  beforeEach(async () => {
    open = await openApp({
      controllers: [SlowController],
      variables: { RATE_LIMIT_PER_MINUTE: '0' },
      patience: { crowd: new Crowd(500, 64) },
    });
  });

  afterEach(() => open.close());

  const get = (path: string) => fetch(open.url + path);

  test('refuses one more at once, answers probes, and lets in again when those inside were answered', async () => {
    const inside = Array.from({ length: 100 }, () => get('/api/slow'));
    await until(() => SlowController.waiting.length === 100);
    const refused = await get('/api/slow');
    expect([refused.status, refused.headers.get('retry-after')]).toEqual([503, '1']);
    expect(refused.headers.get('content-type')).toMatch(/^application\/problem\+json/);
    const body = (await refused.json()) as { code: string; requestId: string };
    // Refused in front of everything else that adds headers.
    expect(Object.fromEntries(refused.headers)).toMatchObject(SECURITY_HEADERS);
    expect([body.code, body.requestId]).toEqual(['overloaded', refused.headers.get('x-request-id')]);
    expect((await get('/health/live')).status).toBe(200);
    for (const end of SlowController.waiting.splice(0)) end();
    const answered = await Promise.all(inside);
    expect(new Set(answered.map(({ status }) => status))).toEqual(new Set([200]));
    const again = get('/api/slow');
    await until(() => SlowController.waiting.length === 1);
    SlowController.waiting.splice(0)[0]!();
    expect((await again).status).toBe(200);
  });
});
