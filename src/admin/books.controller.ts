import { Controller, Get, Res } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import type { IntegrityReport } from '../credits/operator/index.js';
import { Books } from '../credits/operator/index.js';
import { mayLast } from '../http/deadline.js';
import { AdminOnly } from '../identity/index.js';

@Controller('admin/integrity')
@AdminOnly()
export class BooksController {
  constructor(private readonly books: Books) {}

  @Get()
  check(@Res({ passthrough: true }) reply: FastifyReply): Promise<IntegrityReport> {
    mayLast(reply);
    return this.books.check();
  }
}
