import { IdParam } from '../routes/id-param.js';
import {
  Controller,
  Get,
  Header,
  Query,
  Res,
  StreamableFile,
  UseGuards,
  type OnModuleInit,
} from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { Readable } from 'node:stream';
import { CreditsService, CurrentWork, RequireCredits, type Work } from '../credits/index.js';
import { programBeside } from '../library/apart/program.js';
import { DocumentsService } from '../library/documents.service.js';
import { FileStore } from '../library/file-store.js';
import { ReadingRoom } from '../library/reading-room.js';
import { Describes } from '../routes/describes.decorator.js';
import { harmless } from '../routes/harmless.js';
import { mayLast } from '../routes/may-last.js';
import { untilClosed } from '../routes/until-closed.js';
import { ReadAloudQuery } from './read-aloud.dto.js';
import { readAloudRoute } from './read-aloud.routes.js';
import type { Script } from './sentences.reader.js';
import { READ_ALOUD, SoldGuard } from './sold.guard.js';
import { speak } from './speak.js';

const READER = programBeside(import.meta.url, './sentences.reader.js');
const SECONDS_TO_READ = 20;

/** A stored document as timed text, sentence by sentence: for captions, a teleprompter, or a voice of the client's. */
@Controller('documents')
@UseGuards(SoldGuard)
export class ReadAloudController implements OnModuleInit {
  constructor(
    private readonly credits: CreditsService,
    private readonly documents: DocumentsService,
    private readonly files: FileStore,
    private readonly readingRoom: ReadingRoom,
  ) {
    readingRoom.learn(READER);
  }

  /** @throws InvalidMeasureError for a price by something else than characters */
  onModuleInit(): void {
    if (this.credits.prices.has(READ_ALOUD))
      this.credits.quote({ action: READ_ALOUD, measured: { character: 1 } });
  }

  /**
   * All of it is held before the first word; a client that leaves pays for the sentences that went out. Not an `@Sse()`: whose
   * document is not there, or whose credits do not suffice, hears that by a status.
   */
  @Get(':id/aloud')
  @Header('cache-control', 'no-store')
  @RequireCredits(() => ({ action: READ_ALOUD, atLeast: { character: 1 } }), { onClientLeft: 'capture' })
  @Describes(readAloudRoute)
  async read(
    @IdParam() id: string,
    @Query() { wordsPerMinute, from, pace }: ReadAloudQuery,
    @CurrentWork() work: Work,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<StreamableFile> {
    const signal = untilClosed(reply);
    const path = await this.files.newPath();
    const discard = () => void this.files.discard(path);
    mayLast(reply);
    try {
      const { characters } = await this.#script(work.userId, id, { wordsPerMinute, from }, path, signal);
      await work.raise({ character: characters });
    } catch (error) {
      discard();
      throw error;
    }
    const events = speak({ path, isLive: pace === 'live', work, signal });
    // One sentence ahead of the client at most.
    const stream = harmless(Readable.from(events, { objectMode: false, highWaterMark: 1 })).once(
      'close',
      discard,
    );
    return new StreamableFile(stream, { type: 'text/event-stream; charset=utf-8' });
  }

  async #script(
    userId: string,
    id: string,
    given: object,
    outputPath: string,
    signal: AbortSignal,
  ): Promise<Script> {
    await this.documents.facts(userId, [id]);
    const files = [this.documents.blocks(id)];
    const task = { userId, program: READER, given, files, outputPath, seconds: SECONDS_TO_READ };
    const { result } = await this.readingRoom.run<Script>(task, { signal }).catch(async (error: unknown) => {
      // It may have been deleted under the reader's hands; then that is the answer.
      await this.documents.facts(userId, [id]);
      throw error;
    });
    return result;
  }
}
