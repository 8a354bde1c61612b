import { object, oneOf, shapes } from '../routes/schema.js';

const alive = oneOf('ok');
const checks = { type: 'object', additionalProperties: { type: 'boolean' } };

export const watchShapes = shapes({
  Alive: object({ status: alive }, { status: 'ok' }),
  Ready: object({ status: alive, checks }, { status: 'ok', checks: { database: true } }),
});
