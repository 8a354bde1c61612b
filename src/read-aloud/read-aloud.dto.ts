import { Type } from 'class-transformer';
import { Fits, IsOneOf, IsWhole } from '../routes/checks.js';
import { Optional } from '../routes/optional.js';

export class ReadAloudQuery {
  /** How fast it is read. */
  @Optional()
  @Type(() => Number)
  @IsWhole(40, 600)
  wordsPerMinute: number = 160;

  /** The number of the first sentence, to go on from there. */
  @Optional()
  @Type(() => Number)
  @Fits('units')
  from: number = 0;

  /** `live`: each sentence comes when it is its turn; else as fast as the client takes them. */
  @Optional()
  @IsOneOf('live', 'fast')
  pace: 'live' | 'fast' = 'fast';
}
