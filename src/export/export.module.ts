import { Module } from '@nestjs/common';
import { LibraryModule } from '../library/library.module.js';
import { ExportController } from './export.controller.js';
import { MaterialsService } from './materials.service.js';

@Module({ imports: [LibraryModule], controllers: [ExportController], providers: [MaterialsService] })
export class ExportModule {}
