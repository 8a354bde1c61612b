import { IsText } from '../routes/checks.js';
import { Optional } from '../routes/optional.js';

export class TextQuery {
  /** The name of the encoding, where the client knows it. */
  @Optional()
  @IsText()
  encoding?: string;
}
