// The application process of a fault run: the credit system as an app boots it, on real PostgreSQL, serving
// operations that arrive on stdin, one JSON a line, and answering on stdout. SIGKILL takes everything it was doing
// with it. It ends in good order when its stdin ends, so none outlives the run.
//
// An answer is { id, ok: receipt }, { id, refused: code } or { id, unknown: why }: try again with the same key.

import 'reflect-metadata';
import { createInterface } from 'node:readline';
import { setTimeout as delay } from 'node:timers/promises';
import { NestFactory } from '@nestjs/core';
import { DataSource } from 'typeorm';
import { CreditsError, CreditsModule, CreditsService } from '../../dist/credits/index.js';
import { CreditsDisplayModule } from '../../dist/credits-display/credits-display.module.js';
import { BalanceDisplay } from '../../dist/credits-display/reader.js';
import { HoldKeeper } from '../../dist/credits/upkeep/hold-keeper.js';
import { dataSourceOptions } from '../../dist/database/data-source.js';
import { connectionTo } from '../../dist/database/hosts/connection-to.js';
import { waitForDatabase } from '../../dist/database/wait-for-database.js';
import { spoil, timelinesOf } from './broken-handlers.mjs';
import { PRICES } from './operations.mjs';

const UNKNOWN = ['credits_unavailable', 'overloaded', 'hold_expired', 'hold_already_resolved'];

let isServing = false;
const lines = createInterface({ input: process.stdin }).once('close', () => isServing || process.exit(1));

const { url, holdTtlSeconds, control, folder } = JSON.parse(process.argv[2]);
const connection = connectionTo(url, timelinesOf(control, folder));
await (await waitForDatabase(connection, { onProgress: () => undefined })).end();
const dataSource = await new DataSource(dataSourceOptions(connection)).initialize();
const module = {
  module: class WorkerModule {},
  imports: [
    CreditsModule.forRoot({ prices: PRICES, dataSource, holdTtlSeconds, userOf: () => undefined }),
    CreditsDisplayModule.forRoot({ ttlSeconds: 300, lowBalanceCredits: 20 }),
  ],
};
const app = await NestFactory.createApplicationContext(module, { logger: false, abortOnError: false });
const credits = app.get(CreditsService);
const keeper = app.get(HoldKeeper);
const display = app.get(BalanceDisplay);

const handlers = {
  charge: ({ userId, action, key }) => credits.charge({ userId, action, idempotencyKey: key }),
  grant: ({ userId, amount, key }) =>
    credits.grant({ userId, credits: amount, reason: 'chaos', actor: 'chaos', idempotencyKey: key }),
  refund: ({ entryId, amount, key }) =>
    credits.refund({ entryId, credits: amount, reason: 'chaos', actor: 'chaos', idempotencyKey: key }),
  job,
  read: ({ userId, minVersion }) => display.read(userId, { minVersion }),
};
const serve = spoil(control, handlers, { credits, dataSource });

/** Paid work as the gate does it: set credits aside, keep them while the work runs, then take or release them. */
async function job({ userId, action, key, workMs, fails }) {
  const hold = await credits.hold({ userId, action, idempotencyKey: key });
  if (hold.state === 'captured') return { holdId: hold.id };
  keeper.keep({ holdId: hold.id });
  try {
    await delay(workMs);
    const { balance, version, entryId } = fails
      ? await credits.release({ holdId: hold.id })
      : await credits.capture({ holdId: hold.id });
    return { holdId: hold.id, balance, version, entryId };
  } catch (error) {
    // A capture has no key. When its answer was lost, the hold's state is the answer.
    if (error.facts?.state === (fails ? 'released' : 'captured')) return { holdId: hold.id };
    throw error;
  } finally {
    keeper.drop(hold.id);
  }
}

async function answer({ id, ...operation }) {
  try {
    return { id, ok: await serve[operation.kind](operation) };
  } catch (error) {
    if (error instanceof CreditsError && !UNKNOWN.includes(error.code)) return { id, refused: error.code };
    return { id, unknown: `${error.code ?? error.name}: ${messagesOf(error).join(' < ')}` };
  }
}

/** Of an error and what caused it. */
function messagesOf(error) {
  return error instanceof Error ? [error.message, ...messagesOf(error.cause)] : [];
}

const tell = (message) => process.stdout.write(`${JSON.stringify(message)}\n`);
lines.on('line', (line) => void answer(JSON.parse(line)).then(tell));
lines.once('close', async () => {
  await app.close();
  await dataSource.destroy();
  process.exit(0);
});
isServing = true;
tell({ ready: true });
