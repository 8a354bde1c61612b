import { Module } from '@nestjs/common';
import { LibraryModule } from '../library/library.module.js';
import { ReadAloudController } from './read-aloud.controller.js';

@Module({ imports: [LibraryModule], controllers: [ReadAloudController] })
export class ReadAloudModule {}
