import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { Environment } from '../config/environment.js';
import { Belongings } from './belongings.js';
import { Document } from './document.entity.js';
import { DocumentsController } from './documents.controller.js';
import { DocumentsService } from './documents.service.js';
import { FileStore } from './file-store.js';
import { OrphanSweeper } from './orphan-sweeper.js';
import { ReadingRoom } from './reading-room.js';
import { Recording } from './recording.entity.js';
import { RecordingsController } from './recordings.controller.js';
import { RecordingsService } from './recordings.service.js';

@Module({
  imports: [TypeOrmModule.forFeature([Document, Recording])],
  controllers: [DocumentsController, RecordingsController],
  providers: [
    DocumentsService,
    RecordingsService,
    ReadingRoom,
    OrphanSweeper,
    Belongings,
    {
      provide: FileStore,
      inject: [Environment],
      useFactory: ({ dataDir }: Environment) => new FileStore(dataDir),
    },
  ],
  exports: [Belongings, DocumentsService, RecordingsService, ReadingRoom, FileStore],
})
export class LibraryModule {}
