import { ArrayMaxSize, ArrayUnique, IsArray, IsIn, IsString, IsUUID, MaxLength } from 'class-validator';
import { EXPORT_FORMATS, type ExportFormat } from '../library/export.entity.js';
import { Optional } from '../routes/optional.js';

const MAX_IDS = 100;
const caseless = (id: unknown) => String(id).toLowerCase();

export class ExportBody {
  @IsIn(EXPORT_FORMATS)
  format: ExportFormat;

  @Optional()
  @IsArray()
  @ArrayMaxSize(MAX_IDS)
  @ArrayUnique(caseless)
  @IsUUID(undefined, { each: true })
  documentIds?: string[];

  @Optional()
  @IsArray()
  @ArrayMaxSize(MAX_IDS)
  @ArrayUnique(caseless)
  @IsUUID(undefined, { each: true })
  audioIds?: string[];

  @Optional()
  @IsString()
  @MaxLength(200)
  title?: string;
}
