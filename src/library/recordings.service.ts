import { Injectable, NotFoundException } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import { In, type EntityManager, type Repository } from 'typeorm';
import type { Page } from '../credits/index.js';
import type { PageQuery } from '../routes/page-query.js';
import { FileStore } from './file-store.js';
import { inOrder } from './in-order.js';
import { pageOf } from './pages.js';
import type { StagedFile } from './staged-file.js';
import { Recording, type AudioContainer } from './recording.entity.js';
import type { SentFile } from './send-file.js';
import { Storage } from './storage.js';

const FOLDER = 'recordings';
const ORIGINAL = 'original';

const TYPES: Record<AudioContainer, string> = {
  wav: 'audio/wav',
  mp3: 'audio/mpeg',
  flac: 'audio/flac',
  ogg: 'audio/ogg',
  m4a: 'audio/mp4',
};

export type NewRecording = Omit<Recording, 'createdAt'>;

/** What a recording is, without whose it is. */
export type RecordingFacts = Omit<Recording, 'userId' | 'holdId'>;

/** A user's recordings. Somebody else's id is as unknown as one that never was. */
@Injectable()
export class RecordingsService {
  constructor(
    @InjectRepository(Recording) private readonly recordings: Repository<Recording>,
    private readonly files: FileStore,
    private readonly storage: Storage,
  ) {}

  /**
   * The row and what `finish` does commit together; the file is durable before, and gone without the row.
   *
   * @throws ProblemException storage_full
   */
  add<T>(
    recording: NewRecording,
    original: StagedFile,
    finish: (tx: EntityManager) => Promise<T>,
  ): Promise<T> {
    return this.files.keepWith(FOLDER, recording.id, { [ORIGINAL]: original }, () =>
      this.recordings.manager.transaction(async (tx) => {
        await this.storage.reserve(tx, recording.userId, recording.bytes);
        await tx.insert(Recording, recording);
        return finish(tx);
      }),
    );
  }

  /** Newest first. @throws InvalidCreditsInputError (the cursor) */
  list(userId: string, page: PageQuery): Promise<Page<Recording>> {
    return pageOf(this.recordings, userId, page);
  }

  /** @throws NotFoundException */
  async get(userId: string, id: string): Promise<Recording> {
    const recording = await this.recordings.findOneBy({ userId, id });
    if (recording === null) throw new NotFoundException();
    return recording;
  }

  /** @throws NotFoundException */
  async file(userId: string, id: string): Promise<SentFile> {
    const { bytes, sha256, filename, container } = await this.get(userId, id);
    const open: SentFile['open'] = (range) => this.files.open(FOLDER, id, ORIGINAL, range);
    return { bytes, sha256, filename, type: TYPES[container], open };
  }

  /** In the order of the ids. @throws NotFoundException for any that is not there */
  async facts(userId: string, ids: string[]): Promise<RecordingFacts[]> {
    return inOrder(ids, await this.recordings.findBy({ userId, id: In(ids) }));
  }

  /** Where a recording lies. */
  path(id: string): string {
    return this.files.pathOf(FOLDER, id, ORIGINAL);
  }

  /** The row first: a file without a row is swept, a row without a file would be a lie. @throws NotFoundException */
  async delete(userId: string, id: string): Promise<void> {
    const { affected } = await this.recordings.delete({ userId, id });
    if (affected === 0) throw new NotFoundException();
    await this.files.remove(FOLDER, id);
  }
}
