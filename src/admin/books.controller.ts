import { Controller, Get } from '@nestjs/common';
import type { IntegrityReport } from '../credits/index.js';
import { AdminOnly } from '../identity/index.js';
import { Books } from './books.service.js';

@Controller('admin/integrity')
@AdminOnly()
export class BooksController {
  constructor(private readonly books: Books) {}

  @Get()
  check(): Promise<IntegrityReport> {
    return this.books.check();
  }
}
