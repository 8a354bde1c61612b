import { Controller, Delete, Get, HttpCode, Param, ParseUUIDPipe, Query } from '@nestjs/common';
import type { Page } from '../credits/index.js';
import { PageQuery } from '../http/page-query.js';
import { CurrentUser, type User } from '../identity/index.js';
import type { Block } from './blocks.js';
import type { Document } from './document.entity.js';
import { DocumentsService } from './documents.service.js';

@Controller('documents')
export class DocumentsController {
  constructor(private readonly documents: DocumentsService) {}

  @Get()
  list(@CurrentUser() user: User, @Query() page: PageQuery): Promise<Page<Document>> {
    return this.documents.list(user.id, page);
  }

  @Get(':id')
  get(
    @CurrentUser() user: User,
    @Param('id', ParseUUIDPipe) id: string,
  ): Promise<Document & { blocks: Block[] }> {
    return this.documents.get(user.id, id);
  }

  @Delete(':id')
  @HttpCode(204)
  delete(@CurrentUser() user: User, @Param('id', ParseUUIDPipe) id: string): Promise<void> {
    return this.documents.delete(user.id, id);
  }
}
