// `node host.mjs web`: an endpoint that starts a job. `node host.mjs slow|quick`: a worker, which says what it does line by
// line; a slow one goes on when it hears a line.
import 'reflect-metadata';
import { Controller, HttpCode, Module, Post } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { CreditsModule, CreditsService, CurrentWork, RequireCredits } from 'creditgate';
import { once } from 'node:events';
import pg from 'pg';

const role = process.argv[2];
const { openQueue } = await import(`./${process.env.QUEUE}.mjs`);
const queue = await openQueue();
const pool = new pg.Pool({ connectionString: process.env.DATABASE_URL });
const say = (line) => process.stdout.write(`${line}\n`);

class Transcriptions {
  /** As docs/jobs.md has it. */
  start(work) {
    return inTransaction(async (tx) => {
      const holdId = await work.handOver({ ttlSeconds: 600 }, { tx });
      await queue.send({ userId: work.userId, holdId }, tx);
      return { holdId };
    });
  }
}
const start = Object.getOwnPropertyDescriptor(Transcriptions.prototype, 'start');
CurrentWork()(Transcriptions.prototype, 'start', 0);
for (const decorate of [Post(), HttpCode(202), RequireCredits('transcribe')]) {
  decorate(Transcriptions.prototype, 'start', start);
}
Controller('transcriptions')(Transcriptions);

const userOf = ({ headers }) => headers['x-user'];
class App {}
Module({
  imports: [CreditsModule.forRoot({ pool, prices: { transcribe: 50 }, userOf, holdTtlSeconds: 1 })],
  controllers: [Transcriptions],
})(App);
const app = await NestFactory.create(App, { logger: ['error'] });

if (role === 'web') {
  await app.listen(0, '127.0.0.1');
  say(await app.getUrl());
} else {
  await app.init();
  const credits = app.get(CreditsService);
  await queue.work(async ({ userId, holdId }) => {
    try {
      await credits.spend({ userId, action: 'transcribe', holdId }, async (work) => {
        say('begun');
        if (role === 'slow') await once(process.stdin, 'data');
        await inTransaction(async (tx) => {
          await tx.query('INSERT INTO texts (hold_id) VALUES ($1)', [holdId]);
          await work.capture({}, { tx });
        });
      });
      say('done');
    } catch (error) {
      say(error.code ?? error.message);
      throw error;
    }
  });
  say('ready');
}

async function inTransaction(work) {
  const client = await pool.connect();
  try {
    await client.query('BEGIN');
    const result = await work(client);
    await client.query('COMMIT');
    return result;
  } catch (error) {
    await client.query('ROLLBACK');
    throw error;
  } finally {
    client.release();
  }
}
