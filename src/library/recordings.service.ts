import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { WalletDatabase } from '../database/wallet-database.js';
import type { FileSource } from './file-place.js';
import { FileStore } from './file-store.js';
import { Recording, type AudioContainer } from './recording.entity.js';
import type { SentFile } from './send-file.js';
import { ShelfService } from './shelf.service.js';
import type { StagedFile } from './staged-file.js';
import { Storage } from './storage.js';

const ORIGINAL = 'original';

const TYPES: Record<AudioContainer, string> = {
  wav: 'audio/wav',
  mp3: 'audio/mpeg',
  flac: 'audio/flac',
  ogg: 'audio/ogg',
  m4a: 'audio/mp4',
};

export type NewRecording = Omit<Recording, 'createdAt'>;

/** A recording's columns, without its owner. */
export type RecordingFacts = Omit<Recording, 'userId' | 'holdId'>;

@Injectable()
export class RecordingsService extends ShelfService<Recording> {
  constructor(databases: WalletDatabase, files: FileStore, storage: Storage) {
    super(Recording, databases, files, storage, 'recordings');
  }

  /** @throws ProblemException storage_full */
  add<T>(
    recording: NewRecording,
    original: StagedFile,
    finish: (tx: EntityManager) => Promise<T>,
  ): Promise<T> {
    return this.keep(recording, { [ORIGINAL]: original }, finish);
  }

  /** @throws NotFoundException */
  async file(userId: string, id: string): Promise<SentFile> {
    const recording = await this.get(userId, id);
    return this.sent(recording, ORIGINAL, TYPES[recording.container]);
  }

  /** The recording itself. */
  sound(id: string): FileSource {
    return this.source(id, ORIGINAL);
  }
}
