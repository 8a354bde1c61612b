// What a block of a page stands in, where it does not stand alone: by the page and the block's first line. HERE is the block.
const work = `import { CurrentWork, RequireCredits, Work } from 'creditgate';`;

export const around = {
  'README.md': {
    '@Module({': `
      import { Body, Controller, Module, Post } from '@nestjs/common';
      import { CreditsModule, RequireCredits } from 'creditgate';
      class SpeechDto { text: string }
      HERE
      interface SpeechController { speech: { say(text: string): object } }
      export { SpeechController };`,
    '@Post()': `
      import { Body, Post } from '@nestjs/common';
      import { DataSource } from 'typeorm';
      ${work}
      class SpeechDto { text: string }
      class Speech { id: string; userId: string; text: string }
      export class SpeechController {
        constructor(private readonly dataSource: DataSource) {}
      HERE
      }`,
  },
  'docs/payments.md': {
    'const payment = await provider.find(purchase.paymentId); // not what an event says': `
      import type { CreditsService } from 'creditgate';
      declare const credits: CreditsService;
      declare const purchase: { id: string; userId: string; paymentId: string; amount: number; credits: number };
      declare const provider: { find(id: string): Promise<{ isPaid: boolean; amount: number }> };
      HERE`,
  },
  'docs/allowances.md': {
    'const { id, nextAt } = await credits.allow({': `
      import type { CreditsService } from 'creditgate';
      declare const credits: CreditsService;
      declare const userId: string;
      HERE
      console.log(nextAt);`,
  },
  'docs/jobs.md': {
    "const text = await credits.spend({ userId, action: 'transcribe', idempotencyKey: job.id }, async (work) => {": `
      import type { CreditsService } from 'creditgate';
      declare const credits: CreditsService;
      declare const userId: string;
      declare const job: { id: string };
      declare const file: { name: string };
      declare function transcribe(from: { name: string }): Promise<string>;
      HERE`,
    "@Post('transcriptions')": `
      import { Body, HttpCode, Post } from '@nestjs/common';
      ${work}
      class StartDto { file: string }
      export class Transcriptions {
        queue: { add(name: string, data: object): Promise<unknown> };
      HERE
      }`,
    'async function process({ userId, holdId, file }: Job) {': `
      import type { CreditsService } from 'creditgate';
      import type { DataSource } from 'typeorm';
      declare const credits: CreditsService;
      declare const dataSource: DataSource;
      declare function transcribe(file: string): Promise<string>;
      interface Job { userId: string; holdId: string; file: string }
      HERE
      export const worker = process;`,
    "new Worker('transcribe', async ({ data }) => {": `
      import { UnrecoverableError, Worker as BullWorker } from 'bullmq';
      import { isCreditsError } from 'creditgate';
      declare function process(data: unknown): Promise<void>;
      class Worker extends BullWorker {
        constructor(name: string, work: (job: { data: unknown }) => Promise<void>) {
          super(name, work, { connection: {} });
        }
      }
      HERE`,
    "await boss.work('transcribe', async ([job]) => process(job.data));": `
      import type { PgBoss } from 'pg-boss';
      interface Job { userId: string; holdId: string; file: string }
      declare const boss: { work(name: string, by: (jobs: [{ data: Job }]) => Promise<void>): Promise<string> };
      export type Boss = PgBoss;
      declare function process(job: Job): Promise<void>;
      HERE`,
  },
  'docs/prices.md': {
    "@Post('chat')": `
      import { Body, Post } from '@nestjs/common';
      ${work}
      class ChatBody { text: string }
      declare function count(body: ChatBody): number;
      declare function model(body: ChatBody): Promise<{ text: string; usage: { input: number; output: number } }>;
      export class Chat {
      HERE
      }`,
  },
  'docs/events.md': {
    '@Injectable()': `
      import { Injectable } from '@nestjs/common';
      import { OnCreditsEvent, type CreditsEvent } from 'creditgate';
      class Outgoing { once: (id: string, userId: string, type: string) => Promise<void> }
      HERE
      export { Mails };`,
  },
  'package/README.md': {
    "@Post('chat')": `
      import { Body, Post } from '@nestjs/common';
      ${work}
      class ChatBody { maxTokens: number }
      declare function model(body: ChatBody): Promise<{ text: string; tokens: number }>;
      export class Chat {
      HERE
      }`,
    "@OnCreditsEvent('balance.low', 'credits.refilled') // on any provider or controller": `
      import { OnCreditsEvent, type CreditsEvent } from 'creditgate';
      export class Reminders {
        mails: { once(id: string, userId: string, type: string): Promise<void> };
      HERE
      }`,
  },
};
