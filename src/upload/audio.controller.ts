import { Controller, Post, Req, Res } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { Environment } from '../config/environment.js';
import { CurrentWork, RequireCredits, type Work } from '../credits/index.js';
import { programBeside } from '../library/apart/program.js';
import { PaidFiles, type Reading } from '../library/paid-files.js';
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
    private readonly paidFiles: PaidFiles,
    private readonly recordings: RecordingsService,
    private readonly environment: Environment,
  ) {
    paidFiles.learn(READER);
  }

  @Post('audio')
  @RequireCredits({ action: 'audio_upload', atLeast: { second: 1 } })
  @Describes(audioRoute)
  async upload(
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
    @CurrentWork() work: Work,
  ): Promise<unknown> {
    const reading: Reading<AudioFacts> = {
      program: READER,
      limitBytes: this.environment.maxAudioBytes,
      secondsFor,
      measuredOf: ({ durationSeconds }) => ({ second: Math.max(1, Math.ceil(durationSeconds)) }),
    };
    return this.paidFiles.take({ request, reply, work }, reading, (file) => {
      const { row, facts, original, finish } = file;
      const { userId: _, holdId: __, ...stored } = { ...row, ...facts };
      return this.recordings.add({ ...row, ...facts }, original, finish(stored));
    });
  }
}
