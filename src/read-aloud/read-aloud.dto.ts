import { Type } from 'class-transformer';
import { IsIn, IsInt, Max, Min } from 'class-validator';
import { Optional } from '../routes/optional.js';

export class ReadAloudQuery {
  /** How fast it is read. */
  @Optional()
  @Type(() => Number)
  @IsInt()
  @Min(40)
  @Max(600)
  wordsPerMinute: number = 160;

  /** The number of the first sentence, to go on from there. */
  @Optional()
  @Type(() => Number)
  @IsInt()
  @Min(0)
  @Max(Number.MAX_SAFE_INTEGER)
  from: number = 0;

  /** `live`: each sentence comes when it is its turn; else as fast as the client takes them. */
  @Optional()
  @IsIn(['live', 'fast'])
  pace: 'live' | 'fast' = 'fast';
}
