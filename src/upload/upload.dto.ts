import { IsString } from 'class-validator';
import { Optional } from '../routes/optional.js';

export class TextQuery {
  /** The name of the encoding, where the client knows it. */
  @Optional()
  @IsString()
  encoding?: string;
}
