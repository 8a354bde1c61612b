import { afterEach, describe, expect, test } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import type { Operation } from '../../src/credits/ledger/operation.js';
import { openCredits } from '../support/credits.js';
import { decide } from '../support/decide.js';
import { onOwnDatabase } from '../support/own-database.js';
import { ledgerRows } from '../support/ledger-rows.js';

// apply() may be called by clients that are not ours. What none of our verbs sends is an error, and nothing of
// its batch is done.

const by = { reason: 'because', actor: 'test' };
const action = 'audio_upload';
let raises = 0;

const [open] = await onOwnDatabase(openCredits);
afterEach(() => open.check());

const charge = async (userId: string) => {
  await open.credits.grant({ userId, credits: 100, ...by });
  return (await open.credits.charge({ userId, action, credits: 10 })).entryId;
};
const chargeOf = { alice: await charge('alice'), bob: await charge('bob') };
const { entryId: grantOfAlice } = await open.credits.grant({ userId: 'alice', credits: 10, ...by });
const { id: holdId } = await open.credits.hold({ userId: 'alice', action, credits: 5 });
const { id: otherHoldId } = await open.credits.hold({ userId: 'alice', action, credits: 5 });

/** Each verb as we send it, but for its ids, which are the tests' own. */
const meant: Record<string, () => Operation> = {
  charge: () => ({ verb: 'charge', id: randomUUID(), user_id: 'alice', credits: 1, action }),
  hold: () => ({ verb: 'hold', id: randomUUID(), user_id: 'alice', credits: 1, action, ttl_seconds: 60 }),
  capture: () => ({ verb: 'capture', id: randomUUID(), hold_id: holdId }),
  release: () => ({ verb: 'release', hold_id: holdId }),
  extend: () => ({ verb: 'extend', hold_id: holdId, ttl_seconds: 60 }),
  take: () => ({
    verb: 'take',
    user_id: 'alice',
    hold_id: holdId,
    action,
    ttl_seconds: 60,
    owner: randomUUID(),
  }),
  raise: () => ({ verb: 'raise', id: randomUUID(), hold_id: holdId, credits: 6 + ++raises }),
  grant: () => ({ verb: 'grant', id: randomUUID(), user_id: 'alice', credits: 1, ...by }),
  adjust: () => ({ verb: 'adjust', id: randomUUID(), user_id: 'alice', credits: 1, ...by }),
  refund: () => ({ verb: 'refund', id: randomUUID(), entry_id: chargeOf.alice, credits: 1, ...by }),
  clawback: () => ({ verb: 'clawback', id: randomUUID(), entry_id: grantOfAlice, credits: 1, ...by }),
  restore: () => ({ verb: 'restore', id: randomUUID(), entry_id: grantOfAlice, credits: 1, ...by }),
  settle: () => ({ verb: 'settle', user_id: 'alice' }),
};

const unmeant: Record<string, [verbs: string, values: unknown[]]> = {
  credits: ['charge hold raise', [-1, -1000, Number.MIN_SAFE_INTEGER, undefined]],
  'credits ': ['grant', [0, -1, undefined]],
  ' credits': ['refund', [0, -1]],
  ' credits ': ['capture', [-1]],
  'credits  ': ['adjust', [0, undefined]],
  user_id: ['charge hold take grant adjust settle', [undefined]],
  'user_id ': ['grant', ['', 'x'.repeat(256)]],
  id: ['charge hold raise grant adjust refund clawback restore', [undefined]],
  action: ['charge hold take', [undefined]],
  ttl_seconds: ['hold extend take', [0, -1, undefined]],
  hold_id: ['capture release extend take raise', [undefined]],
  owner: ['take', [undefined]],
  'credits   ': ['clawback restore', [0, -1, undefined]],
  entry_id: ['refund clawback restore', [undefined]],
  reason: ['grant adjust refund clawback restore', [undefined]],
  actor: ['grant adjust refund clawback restore', [undefined]],
  verb: ['charge', ['', 'mint', 'CHARGE', 'expire']],
  key: ['charge hold grant adjust refund', ['a key without its input']],
  fingerprint: ['charge hold grant adjust refund', ['an input without its key']],
};

const cases = Object.entries(unmeant).flatMap(([member, [verbs, values]]) =>
  verbs.split(' ').flatMap((verb) => values.map((value) => ({ verb, member: member.trim(), value }))),
);

async function refused(...operations: Operation[]): Promise<void> {
  const before = await ledgerRows(open.dataSource);
  // By itself, and beside a neighbour that is in order.
  const neighbour = { ...meant['charge']!(), user_id: 'bob' };
  for (const batch of [operations, [...operations, neighbour]]) {
    await expect(decide(open.pool, batch)).rejects.toMatchObject({ code: '22023' });
  }
  expect(await ledgerRows(open.dataSource)).toEqual(before);
}

describe('refused, with no row of the batch changed:', () => {
  test.each(cases)('$verb with $member = $value', ({ verb, member, value }) =>
    refused({ ...meant[verb]!(), [member]: value }),
  );

  test('a refund into another user’s wallet than the charge’s', () =>
    refused({ ...meant['refund']!(), user_id: 'bob' }));

  test.each(['charge', 'hold', 'take', 'grant', 'adjust'])(
    'a %s that names a hold or an entry, and no user',
    async (verb) => {
      for (const reference of [{ hold_id: holdId }, { entry_id: chargeOf.alice }]) {
        await refused({ ...meant[verb]!(), ...reference, user_id: undefined });
      }
    },
  );

  const ON_HOLDS = ['capture', 'release', 'extend', 'take', 'raise'];
  test.each(ON_HOLDS.flatMap((first) => ON_HOLDS.map((second) => [first, second] as const)))(
    'a hold twice in a batch, %s and %s',
    (first, second) => refused(meant[first]!(), meant[second]!()),
  );

  const KEYED = ['charge', 'hold', 'grant', 'adjust', 'refund', 'clawback', 'restore'];
  test.each(KEYED.map((second) => ['hold', second] as const))(
    'a key twice in a batch, %s and %s',
    (first, second) => {
      const used = { key: randomUUID(), fingerprint: 'ab'.repeat(16) };
      return refused({ ...meant[first]!(), ...used }, { ...meant[second]!(), ...used });
    },
  );
});

test('a key of two users is two keys', async () => {
  const used = { key: randomUUID(), fingerprint: 'ab'.repeat(16) };
  const batch = ['alice', 'bob'].map((user_id) => ({ ...meant['hold']!(), ...used, user_id }));
  expect(await decide(open.pool, batch)).toMatchObject([{ code: 'done' }, { code: 'done' }]);
});

test('a hold that is named as somebody else’s is not found, whose it is', async () => {
  for (const verb of ['capture', 'release', 'extend']) {
    const batch = [{ ...meant[verb]!(), user_id: 'bob' }];
    expect(await decide(open.pool, batch)).toMatchObject([{ code: 'not_found' }]);
  }
});

test('everything as our verbs send it is done', async () => {
  for (const operation of Object.values(meant)) {
    const batch = [operation()];
    // The first two verbs that resolve it leave nothing for the others.
    if (batch[0]!.verb === 'release') batch[0]!.hold_id = otherHoldId;
    if (['extend', 'take', 'raise'].includes(batch[0]!.verb))
      batch[0]!.hold_id = (await open.credits.hold({ userId: 'alice', action, credits: 1 })).id;
    expect(await decide(open.pool, batch)).toMatchObject([{ code: 'done' }]);
  }
});
