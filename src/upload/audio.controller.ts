import { Controller, Post, Req } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { v7 as uuidv7 } from 'uuid';
import { Environment } from '../config/environment.js';
import { CurrentWork, RequireCredits, type Work } from '../credits/index.js';
import { FileStore } from '../library/file-store.js';
import { ReadingRoom } from '../library/reading-room.js';
import { programBeside, type ThreadProgram } from '../library/thread-room.js';
import { receiveFile } from '../library/receive-file.js';
import type { AudioFacts } from '../library/recording.entity.js';
import { RecordingsService } from '../library/recordings.service.js';

/** To its end, at least ten million bytes a second. */
const readerFor = (bytes: number): ThreadProgram => ({
  program: programBeside(import.meta.url, './audio/audio.worker.js'),
  memoryMb: 96,
  seconds: 6 + bytes / 10_000_000,
});

/** Recordings: WAV, MP3, FLAC, OGG and M4A. */
@Controller('upload')
export class AudioController {
  constructor(
    private readonly recordings: RecordingsService,
    private readonly files: FileStore,
    private readonly readingRoom: ReadingRoom,
    private readonly environment: Environment,
  ) {}

  /** The row, the charge and the recorded answer commit together; the file is durable before. */
  @Post('audio')
  @RequireCredits('audio_upload')
  async upload(@Req() request: FastifyRequest, @CurrentWork() work: Work): Promise<unknown> {
    const file = await receiveFile(request, this.files, this.environment.maxAudioBytes);
    try {
      const { filename, bytes, sha256 } = file;
      work.identify({ filename, sha256 });
      const facts = await this.readingRoom.run<AudioFacts>(readerFor(bytes), file.path);
      const recording = { id: uuidv7(), filename, bytes, sha256, ...facts };
      const owned = { ...recording, userId: work.userId, holdId: work.id ?? null };
      return await this.recordings.add(owned, file, (tx) => work.finish(recording, { tx }));
    } finally {
      await this.files.discard(file.path);
    }
  }
}
