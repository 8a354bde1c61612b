import { Controller, Get, Res } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import type { IntegrityReport } from '../credits/operator/index.js';
import { Books } from '../credits/operator/index.js';
import { mayLast } from '../routes/may-last.js';
import { AdminOnly } from '../identity/index.js';
import { Describes } from '../routes/describes.decorator.js';
import { adminRoutes } from './admin.routes.js';

@Controller('admin/integrity')
@AdminOnly()
export class BooksController {
  constructor(private readonly books: Books) {}

  @Get()
  @Describes(adminRoutes.integrity)
  check(@Res({ passthrough: true }) reply: FastifyReply): Promise<IntegrityReport> {
    mayLast(reply);
    return this.books.check();
  }
}
