import { beforeAll, describe, expect, test } from '@jest/globals';
import { badBodies, JSON_TYPE } from '../http/bad-bodies.js';
import { signedIn } from '../support/app.js';
import { sendRaw, type RawAnswer } from '../support/raw-http.js';
import { until } from '../support/until.js';
import { costsNothing, MACHINERY } from '../upload/costs-nothing.js';
import { openDesk } from './desk.js';

const desk = openDesk();
const UNKNOWN = '018f0000-0000-7000-8000-000000000000';
const CLAIMS = { app_metadata: { role: 'admin' } };

/** What an operator may do, each with a body that would be taken. */
const acts: [method: string, path: string, good: object][] = [
  ['POST', 'wallets/alice/grants', { amount: 5, reason: 'a present' }],
  ['POST', 'wallets/alice/adjustments', { amount: -5, reason: 'a mistake' }],
  ['POST', 'entries/:charge/refund', { amount: 5, reason: 'a complaint' }],
  ['POST', 'gifts', { key: 'spring', amount: 5, reason: 'spring' }],
  ['DELETE', 'wallets/alice/person', { reason: 'asked to be forgotten' }],
];

/** A charge of alice's that could be refunded. */
let charge: string;

beforeAll(async () => {
  await desk.product.open('alice', 100);
  charge = (await desk.credits.charge({ userId: 'alice', action: 'premium_export' })).entryId;
});

/** Over a socket: HTTP clients make headers right, and do not send some bodies at all. */
async function send(method: string, path: string, body: string | Buffer, headers: [string, string][]) {
  const lines = [
    `${method} /api/admin/${path.replace(':charge', charge)} HTTP/1.1`,
    ...['host: x', 'connection: close', `content-length: ${Buffer.byteLength(body)}`],
    ...[...Object.entries(await signedIn('root', CLAIMS)), ...headers]
      .filter(([, value]) => value !== '')
      .map(([name, value]) => `${name}: ${value}`),
  ];
  return sendRaw(Number(new URL(desk.product.url).port), `${lines.join('\r\n')}\r\n\r\n`, body);
}

/** Problem details, soon, with nothing of the machine in them, and not a row of any table differs. */
async function refuses(ask: () => Promise<RawAnswer>, ...expected: [status: number, code: string]) {
  const refused = async () => {
    const { status, headers, text } = await ask();
    expect([status, JSON.parse(text).code]).toEqual(expected);
    expect(headers.get('content-type')).toMatch(/^application\/problem\+json/);
    expect(text).not.toMatch(MACHINERY);
  };
  await costsNothing(desk.product, refused, { isHeld: false });
}

// To erase a person twice is the same as once, so that needs no key.
const keyed = acts.filter(([method]) => method === 'POST');

describe.each(keyed)('%s /api/admin/%s changes nothing', (method, path, good) => {
  test.each([
    ['a short one', ['short']],
    ['256 characters', ['x'.repeat(256)]],
    ['one that is not ASCII', ['of-öne-kind']],
    ['two of them', ['one-of-two', 'two-of-two']],
  ])('for a bad key: %s', async (_what, keys) => {
    const lines = keys.map((key): [string, string] => ['idempotency-key', key]);
    const ask = () => send(method, path, JSON.stringify(good), [...Object.entries(JSON_TYPE), ...lines]);
    await refuses(ask, 400, 'idempotency_key_invalid');
  });
});

describe.each(acts)('%s /api/admin/%s changes nothing', (method, path, good) => {
  const json = Object.entries(JSON_TYPE);
  // What has the shape of JSON is checked against each route's own members in refused.test.ts.
  const anywhere = badBodies.filter(
    ([, , code, , headers]) => code !== 'validation_failed' && !('content-length' in (headers ?? {})),
  );

  test.each(anywhere)('for %s (%i)', async (_name, status, code, body, headers = {}) => {
    const lines = Object.entries({ ...JSON_TYPE, ...headers } as Record<string, string>);
    await refuses(() => send(method, path, body, lines), status, code);
  });

  test.each(['{}', '{"reason":" "}', '{"reason":7}', '{"reason":"because","actor":"somebody else"}'])(
    'for %s',
    async (body) => {
      await refuses(() => send(method, path, body, json), 400, 'validation_failed');
    },
  );

  test('unless it is as it must be', async () => {
    const body = JSON.stringify(path === 'gifts' ? { ...good, userIds: ['alice'] } : good);
    const { status } = await send(method, path, body, json);
    expect(status).toBe({ gifts: 202, 'wallets/alice/person': 200 }[path] ?? 201);
    // A gift is given after the answer.
    if (path === 'gifts') await until(async () => (await desk.get('gifts/spring')).body.state === 'done');
  });
});

describe('an address that leads nowhere changes nothing:', () => {
  const tooLong = 'a'.repeat(256);

  test.each([
    ['POST', `entries/${UNKNOWN}/refund`, 404, 'not_found'],
    ['POST', 'entries/7/refund', 400, 'validation_failed'],
    ['POST', `wallets/${tooLong}/grants`, 400, 'validation_failed'],
    ['POST', 'wallets/ali%00ce/grants', 400, 'validation_failed'],
    ['POST', 'wallets/%zz/grants', 400, 'malformed_request'],
    ['POST', 'wallets/nobody/adjustments', 404, 'not_found'],
    ['DELETE', 'wallets/ali%00ce/person', 400, 'validation_failed'],
    ['PUT', 'wallets/alice/grants', 405, 'method_not_allowed'],
  ] as const)('%s %s', async (method, path, status, code) => {
    const body = JSON.stringify({ ...(method !== 'DELETE' && { amount: 5 }), reason: 'because' });
    await refuses(() => send(method, path, body, Object.entries(JSON_TYPE)), status, code);
  });
});
