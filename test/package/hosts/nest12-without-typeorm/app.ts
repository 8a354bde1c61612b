import 'reflect-metadata';
import { Controller, Module, Post } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { CreditsModule, CreditsService, RequireCredits } from 'creditgate';
import { CompiledQuery, Kysely, PostgresDialect } from 'kysely';
import pg from 'pg';

const pool = new pg.Pool({ connectionString: process.env['DATABASE_URL'] });
const kysely = new Kysely<object>({ dialect: new PostgresDialect({ pool }) });

@Controller('speech')
class SpeechController {
  @Post()
  @RequireCredits('text_to_speech')
  speak() {
    return { audio: 'A' };
  }
}

@Module({
  imports: [
    CreditsModule.forRoot({
      pool,
      prices: { text_to_speech: 50 },
      userOf: (request) => request.headers['x-user'],
    }),
  ],
  controllers: [SpeechController],
})
class AppModule {}

const app = await NestFactory.create(AppModule, { logger: ['error'] });
const credits = app.get(CreditsService);
await credits.grant({ userId: 'alice', credits: 107, reason: 'welcome', actor: 'host' });

const chargeIn = (fails: boolean) =>
  kysely.transaction().execute(async (trx) => {
    const tx = {
      query: (sql: string, values: unknown[]) => trx.executeQuery(CompiledQuery.raw(sql, values)),
    };
    await credits.charge({ userId: 'alice', action: 'text_to_speech', credits: 7 }, { tx });
    if (fails) throw new Error('rolled back');
  });
await chargeIn(true).catch(() => undefined);
await chargeIn(false);

await app.listen(0, '127.0.0.1');
console.log(await app.getUrl());
