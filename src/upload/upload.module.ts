import { Module } from '@nestjs/common';
import { LibraryModule } from '../library/library.module.js';
import { TxtController } from './txt.controller.js';

@Module({ imports: [LibraryModule], controllers: [TxtController] })
export class UploadModule {}
