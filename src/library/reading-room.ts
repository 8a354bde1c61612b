import { Injectable } from '@nestjs/common';
import { FileStore } from './file-store.js';
import { Room } from './room.js';

/** The room in which strangers' files are read. */
@Injectable()
export class ReadingRoom extends Room {
  constructor(files: FileStore) {
    super(files, {
      work: 'Reading this file',
      crowd: 'Too many files are being read at once.',
      heapMb: 160,
      residentMb: 400,
    });
  }
}
