import { beforeAll, describe, expect, test } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { inspect } from 'node:util';
import type { CreditsService } from '../../src/credits/credits.service.js';
import { openCredits } from '../support/credits.js';
import { onOwnDatabase } from '../support/own-database.js';
import { ledgerRows } from '../support/ledger-rows.js';

const action = 'audio_upload';
const userId = 'careful';
const by = { reason: 'because', actor: 'test' };

let holdId: string;
let entryId: string;
let before: string[];

const [open] = await onOwnDatabase(openCredits);

beforeAll(async () => {
  await open.credits.grant({ userId, credits: 1_000, ...by });
  entryId = (await open.credits.charge({ userId, action, credits: 100 })).entryId;
  holdId = (await open.credits.hold({ userId, action, credits: 50 })).id;
  before = await ledgerRows(open.dataSource);
});

type Input = Record<string, unknown>;
type Verb = (input: Input) => Promise<unknown>;

/** Each verb with an input that it would accept, but for what the table below puts into it. */
const verbs: Record<string, Verb> = {
  charge: (bad) => service().charge({ userId, action, ...bad }),
  hold: (bad) => service().hold({ userId, action, ...bad }),
  capture: (bad) => service().capture({ holdId, ...bad }),
  release: (bad) => service().release({ holdId, ...bad }),
  extend: (bad) => service().extend({ holdId, ...bad }),
  grant: (bad) => service().grant({ userId, credits: 5, ...by, ...bad }),
  adjust: (bad) => service().adjust({ userId, credits: 5, ...by, ...bad }),
  refund: (bad) => service().refund({ entryId, ...by, ...bad }),
  balance: (bad) => service().balance({ userId, ...bad }.userId),
  history: (bad) => {
    const { userId: whose, ...filter } = { userId, ...bad };
    return service().history(whose, filter);
  },
};

function service(): CreditsService {
  return open.credits;
}

const neverANumber = [-1, 1.5, '5', true, 2 ** 53, Infinity, NaN, null, [5], { credits: 5 }];
const badTexts = [
  '',
  'a\0b',
  'lone \ud800',
  '\udc00 surrogate',
  5,
  null,
  ['text'],
  { toString: () => 'text' },
];
const badIds = ['', 'no-id', '00000000-0000-0000-0000-00000000000g', 5, null, undefined, [randomUUID()]];
const ttls = [0, -1, 0.5, '60', 7 * 24 * 3600 + 1, NaN, null];
const badTimes = [
  'tomorrow',
  '2026-13-45T00:00:00Z',
  '2999-01-01',
  '2999-02-29T00:00:00Z',
  '2999-04-31T00:00:00+02:00',
  '2999-01-01T24:00:00Z',
  '2999-01-01T00:00:00',
  '2999-01-01T00:00Z',
  32_503_680_000_000,
  new Date(NaN),
  new Date(Date.now() - 1_000),
  '2020-01-01T00:00:00Z',
  true,
];

const table: Record<string, [verbs: string, values: unknown[]]> = {
  credits: ['charge hold capture', neverANumber],
  'credits ': ['grant refund', [0, -5, ...neverANumber]],
  ' credits': ['adjust', [0, -0, ...neverANumber.filter((value) => value !== -1), -(2 ** 53)]],
  units: ['charge hold', [...neverANumber, Number.MAX_SAFE_INTEGER]],
  userId: ['charge hold grant adjust balance history', [...badTexts, undefined, 'x'.repeat(256)]],
  action: [
    'charge hold',
    ['unknown_action', 'Audio_Upload', '', '__proto__', 'a\0b', 'x'.repeat(65), 5, null],
  ],
  reason: ['grant adjust refund', [...badTexts, undefined, 'x'.repeat(501)]],
  'reason ': ['release', [...badTexts, 'x'.repeat(501)]],
  actor: ['grant adjust refund', [...badTexts, undefined, 'x'.repeat(256)]],
  category: ['grant', ['gift', 'PAID', '', 'toString', 5, null, ['paid']]],
  priority: ['grant', [-1, 101, 1.5, '5', NaN, null]],
  expiresAt: ['grant', badTimes],
  ttlSeconds: ['hold extend', ttls],
  holdId: ['capture release extend', badIds],
  entryId: ['refund', badIds],
  idempotencyKey: ['charge hold grant adjust refund', ['', 'x'.repeat(256), 'caf\u00e9', 'a\nb', 5, null]],
  limit: ['history', [0, 201, 1.5, '5', null]],
  cursor: ['history', ['', '5', 'v-1', `v${2 ** 53}`, `v'; DROP`]],
  kind: ['history', ['gift', '', null]],
  from: ['history', ['yesterday', '2026-02-30T00:00:00Z', 5, null]],
  to: ['history', ['2026-06-31T00:00:00Z']],
};

const cases = Object.entries(table).flatMap(([member, [names, values]]) =>
  names.split(' ').flatMap((verb) =>
    values.map((value) => ({
      verb,
      member: member.trim(),
      value,
      shown: inspect(value, { maxStringLength: 40 }),
    })),
  ),
);

describe('refused, with no row changed:', () => {
  test.each(cases)('$verb with $member = $shown', async ({ verb, member, value }) => {
    const refusal: unknown = await verbs[verb]!({ [member]: value }).then(
      () => 'accepted',
      (error: unknown) => error,
    );
    const unpriced = member === 'action' && value === 'unknown_action';
    const code = unpriced
      ? 'internal'
      : member === 'idempotencyKey'
        ? 'idempotency_key_invalid'
        : 'validation_failed';
    expect(refusal).toMatchObject({ code });
    if (code === 'validation_failed') {
      expect(refusal).toMatchObject({ errors: [{ path: member, message: expect.any(String) }] });
    }
    expect(await ledgerRows(open.dataSource)).toEqual(before);
  });

  // Accepted today, and PostgreSQL's own error then comes out: turn it into a case of the table once refused.
  test('grant with an expiry that PostgreSQL cannot read', async () => {
    await expect(verbs['grant']!({ expiresAt: new Date(8.64e15) })).rejects.toMatchObject({
      code: 'validation_failed',
    });
  });

  test('every member that does not fit is named at once', async () => {
    const call = service().grant({ userId: '', credits: 0, reason: '', actor: '' });
    await expect(call).rejects.toMatchObject({
      errors: ['userId', 'credits', 'reason', 'actor'].map((path) => ({ path })),
    });
  });
});

test('a time may have any offset, fractions, and small letters', async () => {
  const { data } = await service().history(userId, {
    from: '2020-02-29t23:59:59.123456+14:00',
    to: '2999-01-01t00:00:00z',
  });
  expect(data).not.toHaveLength(0);
});

test('text in any script, 0 credits and the largest safe integer are fine', async () => {
  const greeting = { userId: '💳 Zoë 李', reason: 'c\u0301ok 👩‍👩‍👧', actor: 'test' };
  await service().grant({ ...greeting, credits: Number.MAX_SAFE_INTEGER });
  await service().charge({ userId: greeting.userId, action, credits: 0 });
  expect(await service().balance(greeting.userId)).toMatchObject({
    balance: Number.MAX_SAFE_INTEGER,
    version: 2,
  });
  await open.check();
});
