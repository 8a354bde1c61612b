import { Injectable } from '@nestjs/common';
import { FileStore } from './file-store.js';
import { Room } from './room.js';

/** Where files are written that take long; apart from the reading room, so that neither keeps the other waiting. */
@Injectable()
export class WritingRoom extends Room {
  constructor(files: FileStore) {
    super(files, {
      work: 'Writing this file',
      crowd: 'Too many files are being written at once.',
      heapMb: 384,
      residentMb: 640,
    });
  }
}
