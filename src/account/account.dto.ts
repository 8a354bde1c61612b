import { IsIn, IsString, ValidateBy } from 'class-validator';
import { isRfc3339, type EntryKind } from '../credits/index.js';
import { ENTRY_KINDS } from '../credits/plumbing.js';
import { PageQuery } from '../routes/page-query.js';
import { Optional } from '../routes/optional.js';

export const IsTime = () =>
  ValidateBy(
    { name: 'isTime', validator: { validate: isRfc3339 } },
    { message: '$property must be an RFC 3339 time' },
  );

export class HistoryQuery extends PageQuery {
  @Optional()
  @IsIn(ENTRY_KINDS)
  kind?: EntryKind;

  @Optional()
  @IsString()
  action?: string;

  @Optional()
  @IsTime()
  from?: string;

  @Optional()
  @IsTime()
  to?: string;
}
