import { Injectable } from '@nestjs/common';
import { ThreadRoom } from './thread-room.js';

/** Where files of strangers are read. */
@Injectable()
export class ReadingRoom extends ThreadRoom {
  constructor() {
    super({ work: 'Reading this file', crowd: 'Too many files are being read at once.' });
  }
}
