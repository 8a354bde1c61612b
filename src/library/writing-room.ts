import { Injectable } from '@nestjs/common';
import { ThreadRoom } from './thread-room.js';

/** Where files are written that take long; apart from the reading room, so that neither keeps the other waiting. */
@Injectable()
export class WritingRoom extends ThreadRoom {
  constructor() {
    super({ work: 'Writing this file', crowd: 'Too many files are being written at once.' });
  }
}
