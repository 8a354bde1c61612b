import { Module } from '@nestjs/common';
import { LibraryModule } from '../library/library.module.js';
import { AudioController } from './audio.controller.js';
import { TxtController } from './txt.controller.js';

@Module({ imports: [LibraryModule], controllers: [AudioController, TxtController] })
export class UploadModule {}
