import { IsOptional, IsString } from 'class-validator';

export class TextQuery {
  /** The name of the encoding, where the client knows it. */
  @IsOptional()
  @IsString()
  encoding?: string;
}
