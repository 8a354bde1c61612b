import { IdParam } from '../routes/id-param.js';
import { Controller, Delete, Get, Header, HttpCode, Query, Res } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import type { Page } from '../credits/index.js';
import { PageQuery } from '../routes/page-query.js';
import { turnOf } from '../routes/turn-of.js';
import { untilClosed } from '../routes/until-closed.js';
import { CurrentUser, type User } from '../identity/index.js';
import type { Document } from './document.entity.js';
import { DocumentsService } from './documents.service.js';
import { Describes } from '../routes/describes.decorator.js';
import { libraryRoutes } from './library.routes.js';

@Controller('documents')
export class DocumentsController {
  constructor(private readonly documents: DocumentsService) {}

  @Get()
  @Describes(libraryRoutes.documents)
  list(@CurrentUser() user: User, @Query() page: PageQuery): Promise<Page<Document>> {
    return this.documents.list(user.id, page);
  }

  @Get(':id')
  @Header('content-type', 'application/json; charset=utf-8')
  @Describes(libraryRoutes.document)
  async get(@CurrentUser() user: User, @IdParam() id: string, @Res() reply: FastifyReply): Promise<void> {
    // It may wait long behind another answer, and must hold no open file meanwhile.
    if (!(await turnOf(reply.raw))) return;
    void reply.send(await this.documents.read(user.id, id, untilClosed(reply)));
  }

  @Delete(':id')
  @HttpCode(204)
  @Describes(libraryRoutes.deleteDocument)
  delete(@CurrentUser() user: User, @IdParam() id: string): Promise<void> {
    return this.documents.delete(user.id, id);
  }
}
