// A host of the module in a process of its own, to be killed: says `up`, spends 30 credits of each user that is named on
// its standard input, and posts what comes of it. node host.mjs <database url> <where to post> <secret>
import { createInterface } from 'node:readline';
import { NestFactory } from '@nestjs/core';
import { CreditsModule, CreditsService } from '../../dist/credits/index.js';

const [connectionString, url, secret] = process.argv.slice(2);
const credits = CreditsModule.forRoot({ pool: { connectionString }, prices: {}, events: { url, secret } });
const host = await NestFactory.createApplicationContext(credits, { logger: false });
const service = host.get(CreditsService);
console.log('up');
for await (const userId of createInterface({ input: process.stdin })) {
  service.adjust({ userId, credits: -30, reason: 'spent', actor: 'test' }).catch(() => undefined);
}
