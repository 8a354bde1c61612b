import { type EntryKind } from '../credits/index.js';
import { PageQuery } from '../routes/page-query.js';
import { Fits, IsText, IsTime } from '../routes/checks.js';
import { Optional } from '../routes/optional.js';

export class HistoryQuery extends PageQuery {
  @Optional()
  @Fits('kind')
  kind?: EntryKind;

  @Optional()
  @IsText()
  action?: string;

  @Optional()
  @IsTime()
  from?: string;

  @Optional()
  @IsTime()
  to?: string;
}
