import { PURCHASE_STATES, type PurchaseState } from '../payments/index.js';
import { Fits, IsOneOf, Must } from '../routes/checks.js';
import { Digits, PageQuery } from '../routes/page-query.js';
import { ReasonBody } from './admin.dto.js';
import { CheckedIf, Optional } from '../routes/optional.js';

export class PurchasesQuery extends PageQuery {
  @Optional()
  @IsOneOf(...PURCHASE_STATES)
  state?: PurchaseState;

  @Optional()
  @Fits('userId')
  userId?: string;
}

export class PurchaseFileQuery {
  @Optional()
  @Digits()
  @Fits('given')
  amount?: number;
}

const isOneOfTwo = ({ amount, unused }: PurchaseRefundBody) =>
  (amount === undefined) !== (unused === undefined);

/** An amount of money, or everything unused: exactly one of the two. */
export class PurchaseRefundBody extends ReasonBody {
  /** In minor units. */
  @CheckedIf((body: PurchaseRefundBody) => body.amount !== undefined || !isOneOfTwo(body))
  @Fits('given', ', or unused be true')
  amount?: number;

  @CheckedIf((body: PurchaseRefundBody) => body.unused !== undefined)
  @Must<PurchaseRefundBody>(
    'be true, and not come with amount',
    (value, body) => value === true && isOneOfTwo(body),
  )
  unused?: true;
}
