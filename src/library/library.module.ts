import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { Environment } from '../config/environment.js';
import { Belongings } from './belongings.js';
import { DataDirClaim } from './data-dir-claim.js';
import { Document } from './document.entity.js';
import { DocumentsController } from './documents.controller.js';
import { DocumentsService } from './documents.service.js';
import { Export } from './export.entity.js';
import { ExportsController } from './exports.controller.js';
import { ExportsService } from './exports.service.js';
import { FileStore } from './file-store.js';
import { placeOf } from './place-of.js';
import { JobsService } from './jobs.service.js';
import { OrphanSweeper } from './orphan-sweeper.js';
import { PaidFiles } from './paid-files.js';
import { ReadingRoom } from './reading-room.js';
import { Recording } from './recording.entity.js';
import { RecordingsController } from './recordings.controller.js';
import { RecordingsService } from './recordings.service.js';
import { Storage } from './storage.js';
import { WritingRoom } from './writing-room.js';

@Module({
  imports: [TypeOrmModule.forFeature([Document, Recording, Export])],
  controllers: [DocumentsController, RecordingsController, ExportsController],
  providers: [
    DocumentsService,
    RecordingsService,
    ExportsService,
    JobsService,
    ReadingRoom,
    WritingRoom,
    OrphanSweeper,
    DataDirClaim,
    PaidFiles,
    Belongings,
    Storage,
    {
      provide: FileStore,
      inject: [Environment],
      useFactory: (environment: Environment) => new FileStore(environment.dataDir, placeOf(environment)),
    },
  ],
  exports: [
    Belongings,
    DocumentsService,
    RecordingsService,
    ExportsService,
    JobsService,
    PaidFiles,
    ReadingRoom,
    WritingRoom,
    FileStore,
    Storage,
  ],
})
export class LibraryModule {}
