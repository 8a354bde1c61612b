import { object, oneOf, text } from './parts.js';

const alive = oneOf('ok');
const checks = { type: 'object', additionalProperties: { type: 'boolean' } };

export const operationsSchemas = {
  Alive: object({ status: alive }, { status: 'ok' }),
  ProblemPage: object(
    {
      type: { type: 'string', format: 'uri-reference' },
      code: text,
      status: { type: 'integer' },
      title: text,
      whatHappened: text,
      whatToDo: text,
    },
    {
      type: '/problems/hold-expired',
      code: 'hold_expired',
      status: 409,
      title: 'The hold expired',
      whatHappened: 'Nobody kept the hold alive, and its credits are free again.',
      whatToDo: 'Begin anew.',
    },
  ),
  Ready: object({ status: alive, checks }, { status: 'ok', checks: { database: true } }),
};
