import 'reflect-metadata';
import { Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { CreditsModule, CreditsService } from 'creditgate';
import { CreditsHttpModule } from 'creditgate/http';
import { DataSource } from 'typeorm';
import { SpeechController } from './speech.controller';

async function main() {
  const dataSource = await new DataSource({
    type: 'postgres',
    url: process.env['DATABASE_URL'],
  }).initialize();

  @Module({
    imports: [
      CreditsModule.forRoot({
        dataSource,
        prices: { text_to_speech: 50 },
        userOf: (request) => request.headers['x-user'],
      }),
      CreditsHttpModule.forRoot(),
    ],
    controllers: [SpeechController],
  })
  class AppModule {}

  const app = await NestFactory.create(AppModule, { logger: ['error'] });
  const credits = app.get(CreditsService);
  await credits.grant({ userId: 'alice', credits: 100, reason: 'welcome', actor: 'host' });
  await dataSource
    .transaction(async (tx) => {
      await credits.charge({ userId: 'alice', action: 'text_to_speech' }, { tx });
      throw new Error('rolled back');
    })
    .catch(() => undefined);
  await app.listen(0, '127.0.0.1');
  console.log(await app.getUrl());
}

void main();
