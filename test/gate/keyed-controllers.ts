import { Body, Controller, HttpCode, Param, Post, Req } from '@nestjs/common';
import { IsBoolean, IsObject, IsOptional, IsString } from 'class-validator';
import { createHash, randomUUID } from 'node:crypto';
import type { Readable } from 'node:stream';
import { text as textOf } from 'node:stream/consumers';
import { DataSource } from 'typeorm';
import { CurrentWork, RequireCredits, type Work } from '../../src/credits/index.js';
import { Workshop } from './workshop.js';

/** What the handlers of a user shall die of, in the order of their runs; one that finds nothing here succeeds. */
export const fates = new Map<string, Error[]>();
/** How often a user's handlers did their work. */
const runs = new Map<string, number>();

export function runsOf(user: string): number {
  return runs.get(user) ?? 0;
}

class Copy {
  @IsString()
  text: string;

  @IsOptional()
  @IsBoolean()
  sample?: boolean;

  @IsOptional()
  @IsObject()
  paper?: object;

  /** The job that has to end before the copy is made. */
  @IsOptional()
  @IsString()
  job?: string;
}

/** Every answer has a serial number, so that doing the work again never looks like repeating its answer. */
@Controller()
export class CopyController {
  constructor(
    private readonly dataSource: DataSource,
    private readonly workshop: Workshop,
  ) {}

  @Post('copies')
  @RequireCredits(({ body }: { body: Copy }) => (body.sample ? null : 'text_to_speech'))
  async copy(@Body() { text, job }: Copy, @CurrentWork() { userId }: Work) {
    await this.#work(userId, job);
    return { text, serial: randomUUID() };
  }

  @Post('shelves/:shelf/copies')
  @RequireCredits('text_to_speech')
  async copyTo(@Param('shelf') shelf: string, @Body() { text }: Copy, @CurrentWork() { userId }: Work) {
    await this.#work(userId);
    return { shelf, text, serial: randomUUID() };
  }

  /** The copy is a row of its own, and its answer is recorded in the transaction of that row. */
  @Post('filed-copies')
  @RequireCredits('text_to_speech')
  async file(@Body() { text, job }: Copy, @CurrentWork() work: Work) {
    return this.dataSource.transaction(async (tx) => {
      await tx.query('INSERT INTO orders (title) VALUES ($1)', [text]);
      await this.#begin(work.userId, job);
      const answer = await work.finish({ text, serial: randomUUID() }, { tx });
      this.#meetFate(work.userId);
      return answer;
    });
  }

  /** The last part of a multipart body is the file: whatever stands around it is framing. */
  @Post('scans')
  @HttpCode(200)
  @RequireCredits('text_to_speech')
  async scan(@Req() request: Readable & { raw?: Readable }, @CurrentWork() work: Work) {
    const body = await textOf(request.raw ?? request);
    const file = body.split('\r\n').at(-3) ?? '';
    work.identify({ sha256: createHash('sha256').update(file).digest('hex') });
    await this.#work(work.userId);
    return { characters: file.length, serial: randomUUID() };
  }

  async #work(user: string, job?: string): Promise<void> {
    await this.#begin(user, job);
    this.#meetFate(user);
  }

  async #begin(user: string, job?: string): Promise<void> {
    runs.set(user, runsOf(user) + 1);
    if (job !== undefined) await this.workshop.work(job);
  }

  #meetFate(user: string): void {
    const fate = fates.get(user)?.shift();
    if (fate !== undefined) throw fate;
  }
}
