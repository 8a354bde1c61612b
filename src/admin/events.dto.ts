import { Transform } from 'class-transformer';
import { Fits, Must } from '../routes/checks.js';
import { PageQuery } from '../routes/page-query.js';
import { Optional } from '../routes/optional.js';

/** Only `true` and `false`; from the command line it is a boolean already. */
const Flag = () =>
  Transform(({ value }: { value: unknown }) =>
    value === 'true' || value === 'false' ? value === 'true' : value,
  );

export class EventsQuery extends PageQuery {
  @Optional()
  @Fits('userId')
  userId?: string;

  /** Only those that could not be delivered so far. */
  @Optional()
  @Flag()
  @Must('be true or false', (value) => typeof value === 'boolean')
  failed?: boolean;
}
