import 'reflect-metadata';
import { Controller, Module, Post } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { CreditsModule, CreditsService, RequireCredits } from 'creditgate';
import { CreditsHttpModule } from 'creditgate/http';
import pg from 'pg';
import { adapter } from './adapter.js';
import { inDrizzle } from './in-drizzle.js';
import { inKysely } from './in-kysely.js';
import { expectTogether } from './together.js';

const pool = new pg.Pool({ connectionString: process.env['DATABASE_URL'] });

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
    CreditsHttpModule.forRoot(),
  ],
  controllers: [SpeechController],
})
class AppModule {}

const app = await NestFactory.create(AppModule, adapter(), { logger: ['error'] });
const credits = app.get(CreditsService);
await credits.grant({ userId: 'alice', credits: 100, reason: 'welcome', actor: 'host' });

await pool.query('CREATE TABLE orders (title text PRIMARY KEY)');
for (const host of [inKysely(pool), inDrizzle(pool)]) await expectTogether(host, credits, pool);

await app.listen(0, '127.0.0.1');
console.log(await app.getUrl());
