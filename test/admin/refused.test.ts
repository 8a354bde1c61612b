import { beforeAll, describe, expect, test } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { DataSource } from 'typeorm';
import { ledgerRows } from '../support/ledger-rows.js';
import { costsNothing } from '../upload/costs-nothing.js';
import { openDesk } from './desk.js';

const desk = openDesk();
const id = '018f0000-0000-7000-8000-000000000000';

/** So that there is something that could be changed. */
beforeAll(() => desk.product.open('alice', 100));

const routes = [
  ['GET', 'wallets'],
  ['GET', 'wallets/alice'],
  ['POST', 'wallets/alice/grants'],
  ['POST', 'wallets/alice/adjustments'],
  ['DELETE', 'wallets/alice/person'],
  ['POST', `entries/${id}/refund`],
  ['POST', 'gifts'],
  ['GET', 'gifts/spring'],
  ['GET', 'integrity'],
] as const;

describe.each(routes)('%s /api/admin/%s', (method, path) => {
  test('is not for strangers, nor for users', async () => {
    const headers = { 'content-type': 'application/json', 'idempotency-key': randomUUID() };
    const init = { method, headers, ...(method !== 'GET' && { body: '{"amount":1,"reason":"mine"}' }) };
    const before = await rows();
    expect((await desk.product.call(null, `/api/admin/${path}`, init)).status).toBe(401);
    const claims = { role: 'admin', user_metadata: { role: 'admin' } };
    expect(await desk.product.call('alice', `/api/admin/${path}`, init, claims)).toMatchObject({
      status: 403,
      body: { code: 'forbidden' },
    });
    expect(await rows()).toEqual(before);
  });
});

const amounts = ['0', '-1', '1.5', '"5"', 'true', '1e400', '9007199254740992', 'null', '[1]', '{}'];
const reason = '"reason":"because"';

/** What is wrong with a body, whatever else it is for. */
const bodies = (more = '') => [
  ...amounts.map((amount) => `{${more}"amount":${amount},${reason}}`),
  `{${more}${reason}}`,
  `{${more}"amount":1}`,
  `{${more}"amount":1,"reason":""}`,
  `{${more}"amount":1,"reason":"  "}`,
  `{${more}"amount":1,"reason":7}`,
  `{${more}"amount":1,"reason":"${'x'.repeat(501)}"}`,
  `{${more}"amount":1,${reason},"actor":"somebody else"}`,
  `{${more}"amount":1,${reason},"userId":"bob"}`,
  `{${more}"amount":1,${reason},"__proto__":{}}`,
  `{${more}"amount":1,"reason":"a\\u0000b"}`,
  '[]',
  '',
];
const terms = [
  '"category":"free"',
  '"priority":101',
  '"priority":-1',
  '"priority":1.5',
  '"expiresAt":"tomorrow"',
  '"expiresAt":"2999-02-29T00:00:00Z"',
  '"category":null',
  '"priority":null',
];

describe.each([
  ['wallets/alice/grants', [...bodies(), ...terms.map((term) => `{"amount":1,${reason},${term}}`)]],
  // These may be negative, and a refund without an amount is one of all that is left.
  ['wallets/alice/adjustments', bodies().filter((body) => !body.includes('"amount":-1'))],
  [`entries/${id}/refund`, bodies().filter((body) => body !== `{${reason}}`)],
  [
    'gifts',
    [
      ...bodies('"key":"spring",'),
      `{"amount":1,${reason}}`,
      ...['""', '7', '"a b"', `"${'k'.repeat(201)}"`].map((key) => `{"key":${key},"amount":1,${reason}}`),
      ...['null', '[]', '["a",7]', '[""]', '"alice"', '{}'].map(
        (userIds) => `{"key":"spring","amount":1,${reason},"userIds":${userIds}}`,
      ),
      `{"key":"spring","amount":1,${reason},"expiresAt":"2020-01-01T00:00:00Z"}`,
    ],
  ],
])('POST %s refuses, and changes nothing:', (path, wrong) => {
  test.each(wrong)('%s', async (body) => {
    const refused = async () => {
      // Without a key: the answer that one is told is a row of its own.
      const answer = await desk.post(path, body, null);
      expect([answer.status, answer.body.code]).toEqual([
        400,
        expect.stringMatching(/^(validation_failed|malformed_body)$/),
      ]);
    };
    await costsNothing(desk.product, refused, { isHeld: false });
  });
});

async function rows(): Promise<string[]> {
  return ledgerRows(desk.product.app.get(DataSource));
}
