import { Module } from '@nestjs/common';
import { LibraryModule } from '../library/library.module.js';
import { DocxController } from './docx.controller.js';

@Module({ imports: [LibraryModule], controllers: [DocxController] })
export class DocxModule {}
