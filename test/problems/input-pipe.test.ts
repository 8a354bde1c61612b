import { expect, test } from '@jest/globals';
import { AdjustmentBody, AllowanceBody, GiftBody, HoldsQuery } from '../../src/admin/admin.dto.js';
import { PurchaseRefundBody } from '../../src/admin/purchases.dto.js';
import { ExportBody } from '../../src/export/export.dto.js';
import { InputPipe } from '../../src/problems/input-pipe.js';
import type { ProblemException } from '../../src/problems/problem.exception.js';
import { PageQuery } from '../../src/routes/page-query.js';

async function faultsOf(metatype: new () => object, input: object): Promise<string[]> {
  const refused: unknown = await new InputPipe()
    .transform(input, { type: 'body', metatype })
    .catch((error: unknown) => error);
  const errors = (refused as ProblemException).facts['errors'] as { path: string; message: string }[];
  return errors.map(({ path, message }) => `${path} ${message}`);
}

const id = '01a230ee-9ef5-74a8-83f2-3361bad9af07';
const reason = 'order 4711';
const aReason = 'must be 1 to 500 characters of well-formed text, and say something';
const someGiven = 'must be a whole number from 1 to 2^53-1';

test.each<[new () => object, object, ...string[]]>([
  [AdjustmentBody, { reason }, 'amount must be a whole number other than 0'],
  [AdjustmentBody, { reason, amount: '5' }, 'amount must be a whole number other than 0'],
  [
    AdjustmentBody,
    { reason: ' ', amount: 2 ** 53 },
    'amount must be a whole number other than 0',
    `reason ${aReason}`,
  ],
  [AdjustmentBody, { reason: 7, amount: 1, more: 1 }, 'more should not exist', `reason ${aReason}`],
  [
    AllowanceBody,
    { reason, plan: '', credits: null },
    'plan must be 1 to 64 characters of well-formed text',
    `credits ${someGiven}`,
  ],
  [
    AllowanceBody,
    { reason, plan: 'a', credits: 1, timeZone: 'Mars' },
    'timeZone must be an IANA time zone such as Europe/Berlin',
  ],
  [GiftBody, { reason, key: 'k', amount: 1, userIds: [] }, 'userIds must be 1 to 10000 user ids'],
  [
    GiftBody,
    { reason, key: 'k k', amount: 1, userIds: ['a', 3] },
    'key must be 1 to 200 visible ASCII characters',
    'userIds must be 1 to 10000 user ids',
  ],
  [HoldsQuery, { state: 'held,lost' }, 'state must be one or several of held, captured, released, expired'],
  [PurchaseRefundBody, { reason }, `amount ${someGiven}, or unused be true`],
  [PurchaseRefundBody, { reason, amount: 1, unused: true }, 'unused must be true, and not come with amount'],
  [PurchaseRefundBody, { reason, unused: false }, 'unused must be true, and not come with amount'],
  [
    ExportBody,
    { format: ['pdf'], documentIds: id },
    'format must be one of txt, json, docx, pdf, zip',
    'documentIds must be up to 100 ids, each of them once',
  ],
  [
    ExportBody,
    { format: 'pdf', audioIds: [id, id.toUpperCase()] },
    'audioIds must be up to 100 ids, each of them once',
  ],
  [ExportBody, { format: 'pdf', title: 'x'.repeat(201) }, 'title must be 0 to 200 characters of text'],
  [
    PageQuery,
    { limit: '0', cursor: ['a', 'b'] },
    'limit must be a whole number from 1 to 200',
    'cursor must be text',
  ],
])('a member that does not fit is told one thing: %p %j', async (metatype, input, ...faults) => {
  expect((await faultsOf(metatype, input)).sort()).toEqual([...faults].sort());
});
