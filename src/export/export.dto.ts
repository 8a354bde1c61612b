import { EXPORT_FORMATS, type ExportFormat } from '../library/export.entity.js';
import { AreIds, IsOneOf, IsShortText } from '../routes/checks.js';
import { Optional } from '../routes/optional.js';

const MAX_IDS = 100;

export class ExportBody {
  @IsOneOf(...EXPORT_FORMATS)
  format: ExportFormat;

  @Optional()
  @AreIds(MAX_IDS)
  documentIds?: string[];

  @Optional()
  @AreIds(MAX_IDS)
  audioIds?: string[];

  @Optional()
  @IsShortText(0, 200)
  title?: string;
}
