// An application in plain JavaScript: what it is made of, the variables say.
import { createRequire } from 'node:module';

const { ADAPTER, TYPEORM, FORM, DATABASE_URL } = process.env;
const require = createRequire(import.meta.url);
const load = (name) => (FORM === 'cjs' ? require(name) : import(name));

await load('reflect-metadata');
const { Controller, Module, Post } = await load('@nestjs/common');
const { NestFactory } = await load('@nestjs/core');
const { CreditsModule, CreditsService, RequireCredits } = await load('creditgate');

class Speech {
  speak() {
    return { audio: 'A' };
  }
}
const speak = Object.getOwnPropertyDescriptor(Speech.prototype, 'speak');
for (const decorate of [Post(), RequireCredits('text_to_speech')]) decorate(Speech.prototype, 'speak', speak);
Controller('speech')(Speech);

const database = await databaseOf(TYPEORM);
const userOf = (request) => request.headers['x-user'];
class App {}
Module({
  imports: [CreditsModule.forRoot({ ...database.option, prices: { text_to_speech: 50 }, userOf })],
  controllers: [Speech],
})(App);

const app = await NestFactory.create(App, await adapterOf(ADAPTER), { logger: ['error'] });
const credits = app.get(CreditsService);
await credits.grant({ userId: 'alice', credits: 107, reason: 'welcome', actor: 'host' });
for (const fails of [true, false]) {
  const charging = database.transaction(async (tx) => {
    await credits.charge({ userId: 'alice', action: 'text_to_speech', credits: 7 }, { tx });
    if (fails) throw new Error('rolled back');
  });
  await charging.catch(() => undefined);
}
await app.listen(0, '127.0.0.1');
console.log(await app.getUrl());

async function adapterOf(name) {
  if (name === 'express') return new (await load('@nestjs/platform-express')).ExpressAdapter();
  return new (await load('@nestjs/platform-fastify')).FastifyAdapter();
}

async function databaseOf(typeorm) {
  if (typeorm !== 'none') {
    const { DataSource } = await load('typeorm');
    const dataSource = await new DataSource({ type: 'postgres', url: DATABASE_URL }).initialize();
    return { option: { dataSource }, transaction: (work) => dataSource.transaction(work) };
  }
  const pg = await load('pg');
  const pool = new (pg.default ?? pg).Pool({ connectionString: DATABASE_URL });
  return { option: { pool }, transaction: (work) => inTransaction(pool, work) };
}

async function inTransaction(pool, work) {
  const client = await pool.connect();
  try {
    await client.query('BEGIN');
    await work(client);
    await client.query('COMMIT');
  } catch (error) {
    await client.query('ROLLBACK');
    throw error;
  } finally {
    client.release();
  }
}
