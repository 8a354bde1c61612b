import 'reflect-metadata';
import { Controller, Module, Post } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { CreditsModule, CreditsService, RequireCredits } from 'creditgate';
import { BalanceDisplay, CreditsDisplayModule } from 'creditgate/display';
import { CreditsHttpModule } from 'creditgate/http';
import { DataSource } from 'typeorm';
import { adapter } from './adapter.js';

const dataSource = await new DataSource({ type: 'postgres', url: process.env['DATABASE_URL'] }).initialize();

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
      dataSource,
      prices: { text_to_speech: 50 },
      userOf: (request) => request.headers['x-user'],
    }),
    CreditsDisplayModule.forRoot(),
    CreditsHttpModule.forRoot(),
  ],
  controllers: [SpeechController],
})
class AppModule {}

const app = await NestFactory.create(AppModule, adapter(), { logger: ['error'] });
await app.get(CreditsService).grant({ userId: 'alice', credits: 100, reason: 'welcome', actor: 'host' });
const { available } = await app.get(BalanceDisplay).read('alice');
if (available !== 100) throw new Error(`the display shows ${available}`);
await app.listen(0, '127.0.0.1');
console.log(await app.getUrl());
