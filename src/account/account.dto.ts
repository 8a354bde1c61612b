import { IsIn, IsInt, IsObject, IsOptional, IsString, Max, Min, ValidateBy } from 'class-validator';
import { HOLD_STATES, type EntryKind, type HoldState } from '../credits/index.js';
import { PageQuery } from '../routes/page-query.js';

const KINDS: readonly EntryKind[] = [
  'grant',
  'charge',
  'refund',
  'adjustment',
  'expiry',
  'clawback',
  'restore',
];

const RFC_3339 = /^(?!0000)\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,9})?(Z|[+-]\d\d:\d\d)$/i;

export const IsTime = () =>
  ValidateBy(
    {
      name: 'isTime',
      validator: {
        validate: (value) =>
          typeof value === 'string' && RFC_3339.test(value) && Number.isFinite(Date.parse(value)),
      },
    },
    { message: '$property must be an RFC 3339 time' },
  );

export class BalanceQuery {
  @IsOptional()
  @IsIn(['true', 'false'])
  refresh?: 'true' | 'false';
}

export class StreamQuery {
  @IsOptional()
  @IsIn(['true', 'false'])
  changes?: 'true' | 'false';
}

export class QuoteBody {
  @IsString()
  action: string;

  @IsOptional()
  @IsInt()
  @Min(0)
  @Max(Number.MAX_SAFE_INTEGER)
  units?: number;

  /** unit → whole number; which units there are, the price says. */
  @IsOptional()
  @IsObject()
  measured?: Record<string, number>;
}

export class HistoryQuery extends PageQuery {
  @IsOptional()
  @IsIn(KINDS)
  kind?: EntryKind;

  @IsOptional()
  @IsString()
  action?: string;

  @IsOptional()
  @IsTime()
  from?: string;

  @IsOptional()
  @IsTime()
  to?: string;
}

export class HoldsQuery {
  @IsOptional()
  @IsIn(HOLD_STATES)
  state?: HoldState;
}

export class UsageQuery {
  @IsOptional()
  @IsTime()
  from?: string;

  @IsOptional()
  @IsTime()
  to?: string;

  @IsOptional()
  @IsIn(['day', 'action'])
  groupBy?: 'day' | 'action';
}
