import { Controller, Post, Req, Res } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { v7 as uuidv7 } from 'uuid';
import { Environment } from '../config/environment.js';
import { CurrentWork, RequireCredits, type Work } from '../credits/index.js';
import { untilClosed } from '../routes/until-closed.js';
import { programBeside } from '../library/apart/program.js';
import { FileStore } from '../library/file-store.js';
import { ReadingRoom } from '../library/reading-room.js';
import { receiveFile } from '../library/receive-file.js';
import type { AudioFacts } from '../library/recording.entity.js';
import { RecordingsService } from '../library/recordings.service.js';
import { Describes } from '../routes/describes.decorator.js';
import { audioRoute } from './upload.routes.js';

/** To its end, at least ten million bytes a second. */
const secondsFor = (bytes: number) => 6 + bytes / 10_000_000;
const READER = programBeside(import.meta.url, './audio/audio.reader.js');

/** Recordings: WAV, MP3, FLAC, OGG and M4A. */
@Controller('upload')
export class AudioController {
  constructor(
    private readonly recordings: RecordingsService,
    private readonly files: FileStore,
    private readonly readingRoom: ReadingRoom,
    private readonly environment: Environment,
  ) {
    readingRoom.learn(READER);
  }

  /** The row, the charge and the recorded answer commit together; the file is durable before. */
  @Post('audio')
  @RequireCredits({ action: 'audio_upload', atLeast: { second: 1 } })
  @Describes(audioRoute)
  async upload(
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
    @CurrentWork() work: Work,
  ): Promise<unknown> {
    const file = await receiveFile(request, this.files, this.environment.maxAudioBytes);
    try {
      const { filename, bytes, sha256 } = file;
      work.identify({ filename, sha256 });
      const { userId } = work;
      const { result: facts } = await this.readingRoom.run<AudioFacts>(
        { userId, program: READER, files: [file.path], seconds: secondsFor(bytes) },
        { signal: untilClosed(reply) },
      );
      await work.raise({ second: Math.max(1, Math.ceil(facts.durationSeconds)) });
      const recording = { id: uuidv7(), filename, bytes, sha256, ...facts };
      const owned = { ...recording, userId, holdId: work.id ?? null };
      return await this.recordings.add(owned, file, (tx) => work.finish(recording, { tx }));
    } finally {
      await this.files.discard(file.path);
    }
  }
}
