import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { Environment } from '../config/environment.js';
import { Document } from './document.entity.js';
import { DocumentsController } from './documents.controller.js';
import { DocumentsService } from './documents.service.js';
import { FileStore } from './file-store.js';

@Module({
  imports: [TypeOrmModule.forFeature([Document])],
  controllers: [DocumentsController],
  providers: [
    DocumentsService,
    {
      provide: FileStore,
      inject: [Environment],
      useFactory: ({ dataDir }: Environment) => new FileStore(dataDir),
    },
  ],
  exports: [DocumentsService, FileStore],
})
export class LibraryModule {}
