import { IdParam } from '../routes/id-param.js';
import { Controller, Delete, Get, HttpCode, Query, Req, Res } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Page } from '../credits/index.js';
import { PageQuery } from '../routes/page-query.js';
import { CurrentUser, type User } from '../identity/index.js';
import type { Recording } from './recording.entity.js';
import { RecordingsService } from './recordings.service.js';
import { sendFile } from './send-file.js';
import { Describes } from '../routes/describes.decorator.js';
import { libraryRoutes } from './library.routes.js';

@Controller('audio')
export class RecordingsController {
  constructor(private readonly recordings: RecordingsService) {}

  @Get()
  @Describes(libraryRoutes.recordings)
  list(@CurrentUser() user: User, @Query() page: PageQuery): Promise<Page<Recording>> {
    return this.recordings.list(user.id, page);
  }

  @Get(':id')
  @Describes(libraryRoutes.recording)
  get(@CurrentUser() user: User, @IdParam() id: string): Promise<Recording> {
    return this.recordings.get(user.id, id);
  }

  @Get(':id/file')
  @Describes(libraryRoutes.recordingFile)
  async file(
    @CurrentUser() user: User,
    @IdParam() id: string,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    await sendFile(request, reply, await this.recordings.file(user.id, id));
  }

  @Delete(':id')
  @HttpCode(204)
  @Describes(libraryRoutes.deleteRecording)
  delete(@CurrentUser() user: User, @IdParam() id: string): Promise<void> {
    return this.recordings.delete(user.id, id);
  }
}
