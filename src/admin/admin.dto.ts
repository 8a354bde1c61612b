import { applyDecorators } from '@nestjs/common';
import { Transform } from 'class-transformer';
import {
  ArrayMaxSize,
  ArrayNotEmpty,
  IsArray,
  IsIn,
  IsInt,
  IsString,
  Length,
  Matches,
  Max,
  Min,
  NotEquals,
} from 'class-validator';
import { IsTime } from '../account/account.dto.js';
import { Digits, PageQuery } from '../routes/page-query.js';
import { HOLD_STATES, type GrantCategory, type HoldState } from '../credits/index.js';
import { GRANT_CATEGORIES } from '../credits/operator/index.js';
import { Optional, OptionalOrNull } from '../routes/optional.js';

/** Longer ones would not fit behind `gift:` into a key of the ledger. */
const GIFT_KEY = /^[\x21-\x7e]{1,200}$/;

const IsGiven = () => applyDecorators(IsInt(), Min(1), Max(Number.MAX_SAFE_INTEGER));
const IsReason = () =>
  applyDecorators(IsString(), Length(1, 500), Matches(/\S/, { message: '$property must say something' }));

export class WalletsQuery extends PageQuery {
  /** How a user id begins, or an id that stands in a wallet's history. */
  @Optional()
  @IsString()
  query?: string;
}

export class HoldsQuery extends PageQuery {
  /** One or several, with commas between. */
  @Optional()
  @Transform(({ value }: { value: unknown }) => (typeof value === 'string' ? value.split(',') : value))
  @IsIn(HOLD_STATES, { each: true })
  state?: HoldState[];
}

export class ReasonBody {
  @IsReason()
  reason: string;
}

export class GrantBody extends ReasonBody {
  @IsGiven()
  amount: number;

  @Optional()
  @IsIn(GRANT_CATEGORIES)
  category?: GrantCategory;

  @Optional()
  @IsInt()
  @Min(0)
  @Max(100)
  priority?: number;

  @OptionalOrNull()
  @IsTime()
  expiresAt?: string | null;
}

export class AdjustmentBody extends ReasonBody {
  @IsInt()
  @Min(-Number.MAX_SAFE_INTEGER)
  @Max(Number.MAX_SAFE_INTEGER)
  @NotEquals(0)
  amount: number;
}

export class AllowanceBody extends ReasonBody {
  @IsString()
  @Length(1, 64)
  plan: string;

  @IsGiven()
  credits: number;

  @Optional()
  @IsInt()
  @Min(1)
  @Max(120)
  months?: number;

  @Optional()
  @IsTime()
  anchor?: string;

  @Optional()
  @IsTime()
  until?: string;

  @Optional()
  @IsInt()
  @Min(0)
  @Max(Number.MAX_SAFE_INTEGER)
  carry?: number;

  @Optional()
  @IsString()
  timeZone?: string;
}

export class RefundBody extends ReasonBody {
  @Optional()
  @IsGiven()
  amount?: number;
}

export class ClawbackBody extends ReasonBody {
  @IsGiven()
  amount: number;
}

const AreDays = () => applyDecorators(Optional(), Digits(), IsInt(), Min(1), Max(366));

export class OverviewQuery {
  @AreDays()
  days?: number;
}

export class ActsQuery extends PageQuery {
  @AreDays()
  days?: number;
}

export class GiftBody extends ReasonBody {
  @Matches(GIFT_KEY, { message: '$property must be 1 to 200 visible ASCII characters' })
  key: string;

  @IsGiven()
  amount: number;

  @OptionalOrNull()
  @IsTime()
  expiresAt?: string | null;

  @Optional()
  @IsArray()
  @ArrayNotEmpty()
  @ArrayMaxSize(10_000)
  @IsString({ each: true })
  @Length(1, 255, { each: true })
  userIds?: string[];
}
