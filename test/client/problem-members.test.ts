import { expect, test } from '@jest/globals';
import { problemExample } from '../../src/http/openapi/problem-examples.js';
import type { ProblemMembers } from '../../src/client/index.js';

/** Compiled against the client's types, whole: a member that is missing here is one that the types do not have. */
const known: { [C in keyof ProblemMembers]: Required<ProblemMembers[C]> } = {
  insufficient_credits: {
    action: 'txt_upload',
    required: 3,
    available: 1,
    held: 5,
    owed: 0,
    shortfall: 2,
    balanceVersion: 8,
    nextRefill: null,
    holds: [],
    topUpUrl: 'https://shop.example/credits',
    offers: [],
    atMost: {},
    atLeast: {},
  },
  price_exceeds_max: { required: 5, maxCredits: 3, priceVersion: '6f1c0a9be2d4' },
  balance_version_unknown: { balanceVersion: 8 },
  validation_failed: { errors: [] },
  payload_too_large: { limitBytes: 1 },
  storage_full: { limitBytes: 2, usedBytes: 1 },
};
/** At a price by what is measured alone. */
const ONLY_MEASURED = ['atMost', 'atLeast'];
const OF_EVERY_PROBLEM = ['type', 'title', 'status', 'detail', 'instance', 'code', 'requestId'];

test.each(Object.keys(known) as (keyof ProblemMembers)[])('the client knows the members of %s', (code) => {
  const members = Object.keys(problemExample(code)).filter((name) => !OF_EVERY_PROBLEM.includes(name));
  expect(members.sort()).toEqual(
    Object.keys(known[code])
      .filter((name) => !ONLY_MEASURED.includes(name))
      .sort(),
  );
});
