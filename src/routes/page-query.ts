import { Transform } from 'class-transformer';
import { Fits, IsText } from './checks.js';
import { Optional } from './optional.js';

/** Digits and nothing else become a number: not `1e2`, not `0x10`, not the same parameter twice. */
export const Digits = () =>
  Transform(({ value }: { value: unknown }) =>
    typeof value === 'string' && /^\d{1,9}$/.test(value) ? Number(value) : value,
  );

/** The query of a list that comes in pages. */
export class PageQuery {
  @Optional()
  @Digits()
  @Fits('limit')
  limit?: number;

  @Optional()
  @IsText()
  cursor?: string;
}
