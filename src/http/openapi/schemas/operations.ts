import { object, oneOf } from './parts.js';

const alive = oneOf('ok');
const checks = { type: 'object', additionalProperties: { type: 'boolean' } };

export const operationsSchemas = {
  Alive: object({ status: alive }, { status: 'ok' }),
  Ready: object({ status: alive, checks }, { status: 'ok', checks: { database: true } }),
};
