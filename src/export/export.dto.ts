import {
  ArrayMaxSize,
  ArrayUnique,
  IsArray,
  IsIn,
  IsOptional,
  IsString,
  IsUUID,
  MaxLength,
} from 'class-validator';
import { EXPORT_FORMATS, type ExportFormat } from '../library/export.entity.js';

const MAX_IDS = 100;
const caseless = (id: unknown) => String(id).toLowerCase();

export class ExportBody {
  @IsIn(EXPORT_FORMATS)
  format: ExportFormat;

  @IsOptional()
  @IsArray()
  @ArrayMaxSize(MAX_IDS)
  @ArrayUnique(caseless)
  @IsUUID(undefined, { each: true })
  documentIds?: string[];

  @IsOptional()
  @IsArray()
  @ArrayMaxSize(MAX_IDS)
  @ArrayUnique(caseless)
  @IsUUID(undefined, { each: true })
  audioIds?: string[];

  @IsOptional()
  @IsString()
  @MaxLength(200)
  title?: string;
}
