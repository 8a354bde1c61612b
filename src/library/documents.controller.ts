import { Controller, Delete, Get, HttpCode, Param, ParseUUIDPipe } from '@nestjs/common';
import { CurrentUser, type User } from '../identity/index.js';
import type { Block } from './blocks.js';
import type { Document } from './document.entity.js';
import { DocumentsService } from './documents.service.js';

@Controller('documents')
export class DocumentsController {
  constructor(private readonly documents: DocumentsService) {}

  @Get()
  async list(@CurrentUser() user: User): Promise<{ data: Document[] }> {
    return { data: await this.documents.list(user.id) };
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
