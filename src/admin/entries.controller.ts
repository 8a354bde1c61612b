import { IdParam } from '../routes/id-param.js';
import { Controller, Get } from '@nestjs/common';
import { Statements, type Explanation } from '../credits/index.js';
import { AdminOnly } from '../identity/index.js';
import { Describes } from '../routes/describes.decorator.js';
import { adminRoutes } from './admin.routes.js';

@Controller('admin/entries')
@AdminOnly()
export class EntriesController {
  constructor(private readonly statements: Statements) {}

  /** For an operator who knows only its id. */
  @Get(':entryId')
  @Describes(adminRoutes.line)
  line(@IdParam('entryId') entryId: string): Promise<Explanation & { userId: string }> {
    return this.statements.explain(entryId);
  }
}
