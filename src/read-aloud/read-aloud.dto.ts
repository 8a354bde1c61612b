import { Type } from 'class-transformer';
import { IsIn, IsInt, IsOptional, Max, Min } from 'class-validator';

export class ReadAloudQuery {
  /** How fast it is read. */
  @IsOptional()
  @Type(() => Number)
  @IsInt()
  @Min(40)
  @Max(600)
  wordsPerMinute: number = 160;

  /** The number of the first sentence, to go on from there. */
  @IsOptional()
  @Type(() => Number)
  @IsInt()
  @Min(0)
  @Max(Number.MAX_SAFE_INTEGER)
  from: number = 0;

  /** `live`: each sentence comes when it is its turn; else as fast as the client takes them. */
  @IsOptional()
  @IsIn(['live', 'fast'])
  pace: 'live' | 'fast' = 'fast';
}
