// Two copies of the package in one process: the one that is imported and the one that is required.
import assert from 'node:assert/strict';
import { createRequire } from 'node:module';
import * as imported from 'creditgate';

const require = createRequire(import.meta.url);
const required = require('creditgate');
assert.notEqual(imported.InsufficientCreditsError, required.InsufficientCreditsError);
assert.equal(imported.CREDITS_OPTIONS, required.CREDITS_OPTIONS);

const shortage = {
  action: 'speak',
  required: 5,
  available: 1,
  held: 0,
  owed: 0,
  balanceVersion: 1,
  nextRefill: null,
  holds: [],
};
for (const [one, other] of [
  [imported, required],
  [required, imported],
]) {
  const error = new one.InsufficientCreditsError(shortage);
  assert(!(error instanceof other.CreditsError));
  assert(other.isCreditsError(error) && other.isCreditsError(error, 'insufficient_credits'));
  assert(!other.isCreditsError(error, 'hold_expired') && !other.isCreditsError(new Error('no')));
  assert.deepEqual(one.CREDIT_HEADERS.exposed.slice(0, 2), ['X-Credits-Charged', 'X-Credits-Remaining']);
  for (const name of ['CreditsGuard', 'CreditsInterceptor', 'CreditsModule', 'RequireCredits']) {
    assert.equal(typeof one[name], 'function', name);
  }
}

// An app of one of them runs beside the other, and its refusals are known by both.
const { NestFactory } = require('@nestjs/core');
const { Module } = require('@nestjs/common');
class App {}
const pool = { connectionString: process.env.DATABASE_URL };
Module({ imports: [required.CreditsModule.forRoot({ pool, prices: { speak: 5 } })] })(App);
const app = await NestFactory.createApplicationContext(App, { logger: false });
assert.deepEqual(app.get(imported.CREDITS_OPTIONS).prices, { speak: 5 });
const refused = await app
  .get(required.CreditsService)
  .charge({ userId: 'nobody', action: 'speak' })
  .catch((error) => error);
assert(imported.isCreditsError(refused, 'insufficient_credits'));
await app.close();

// Nothing of a running app is the test kit's.
const loaded = Object.keys(require.cache).filter((path) => path.includes('creditgate'));
assert(loaded.some((path) => path.endsWith('/credits.module.js')));
assert.deepEqual(
  loaded.filter((path) => path.includes('/testing/')),
  [],
);
