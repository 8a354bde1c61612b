import { Module } from '@nestjs/common';
import { LibraryModule } from '../library/library.module.js';
import { NotesController } from './notes.controller.js';

@Module({ imports: [LibraryModule], controllers: [NotesController] })
export class NotesModule {}
