import { IdParam } from '../routes/id-param.js';
import { Controller, Delete, Get, HttpCode, Query, Req, Res } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Page } from '../credits/index.js';
import { PageQuery } from '../routes/page-query.js';
import { CurrentUser, type User } from '../identity/index.js';
import { ExportsService, type ListedExport } from './exports.service.js';
import { JobsService, type Job } from './jobs.service.js';
import { sendFile } from './send-file.js';
import { Describes } from '../routes/describes.decorator.js';
import { libraryRoutes } from './library.routes.js';

@Controller('export')
export class ExportsController {
  constructor(
    private readonly exports: ExportsService,
    private readonly jobs: JobsService,
  ) {}

  /** What is made, and what is being made. */
  @Get()
  @Describes(libraryRoutes.exports)
  async list(
    @CurrentUser() user: User,
    @Query() query: PageQuery,
  ): Promise<Page<ListedExport> & { running: Job[] }> {
    const [page, running] = await Promise.all([this.exports.listed(user.id, query), this.jobs.list(user.id)]);
    return { ...page, running };
  }

  @Get(':id')
  @Describes(libraryRoutes.export)
  get(@CurrentUser() user: User, @IdParam() id: string): Promise<ListedExport> {
    return this.exports.one(user.id, id);
  }

  @Get(':id/download')
  @Describes(libraryRoutes.exportFile)
  async download(
    @CurrentUser() user: User,
    @IdParam() id: string,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    await sendFile(request, reply, await this.exports.file(user.id, id));
  }

  @Delete(':id')
  @HttpCode(204)
  @Describes(libraryRoutes.deleteExport)
  delete(@CurrentUser() user: User, @IdParam() id: string): Promise<void> {
    return this.exports.delete(user.id, id);
  }
}
