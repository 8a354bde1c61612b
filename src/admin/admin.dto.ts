import { applyDecorators } from '@nestjs/common';
import { Transform } from 'class-transformer';
import { HOLD_STATES, type GrantCategory, type HoldState } from '../credits/index.js';
import { AreSomeOf, AreUserIds, Fits, IsReason, IsText, IsWhole, Must } from '../routes/checks.js';
import { Optional, OptionalOrNull } from '../routes/optional.js';
import { Digits, PageQuery } from '../routes/page-query.js';

/** Longer keys would not fit into a ledger key after `gift:`. */
const GIFT_KEY = /^[\x21-\x7e]{1,200}$/;

export class WalletsQuery extends PageQuery {
  /** The beginning of a user id, or an id from a wallet's history. */
  @Optional()
  @IsText()
  query?: string;
}

export class HoldsQuery extends PageQuery {
  /** One or several, separated by commas. */
  @Optional()
  @Transform(({ value }: { value: unknown }) => (typeof value === 'string' ? value.split(',') : value))
  @AreSomeOf(...HOLD_STATES)
  state?: HoldState[];
}

export class ReasonBody {
  @IsReason()
  reason: string;
}

export class GrantBody extends ReasonBody {
  @Fits('given')
  amount: number;

  @Optional()
  @Fits('category')
  category?: GrantCategory;

  @Optional()
  @Fits('priority')
  priority?: number;

  @OptionalOrNull()
  @Fits('time')
  expiresAt?: string | null;
}

export class AdjustmentBody extends ReasonBody {
  @Fits('change')
  amount: number;
}

export class AllowanceBody extends ReasonBody {
  @Fits('plan')
  plan: string;

  @Fits('given')
  credits: number;

  @Optional()
  @Fits('months')
  months?: number;

  @Optional()
  @Fits('time')
  anchor?: string;

  @Optional()
  @Fits('time')
  until?: string;

  @Optional()
  @Fits('credits')
  carry?: number;

  @Optional()
  @Fits('timeZone')
  timeZone?: string;
}

export class RefundBody extends ReasonBody {
  @Optional()
  @Fits('given')
  amount?: number;
}

export class ClawbackBody extends ReasonBody {
  @Fits('given')
  amount: number;
}

const AreDays = () => applyDecorators(Optional(), Digits(), IsWhole(1, 366));

export class OverviewQuery {
  @AreDays()
  days?: number;
}

export class ActsQuery extends PageQuery {
  @AreDays()
  days?: number;
}

export class GiftBody extends ReasonBody {
  @Must('be 1 to 200 visible ASCII characters', (value) => typeof value === 'string' && GIFT_KEY.test(value))
  key: string;

  @Fits('given')
  amount: number;

  @OptionalOrNull()
  @Fits('time')
  expiresAt?: string | null;

  @Optional()
  @AreUserIds(10_000)
  userIds?: string[];
}
