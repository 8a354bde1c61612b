import { Equals, IsIn, IsInt, IsString, Length, Max, Min, ValidateBy, ValidateIf } from 'class-validator';
import { PURCHASE_STATES, type PurchaseState } from '../payments/index.js';
import { Digits, PageQuery } from '../routes/page-query.js';
import { ReasonBody } from './admin.dto.js';
import { Optional } from '../routes/optional.js';

export class PurchasesQuery extends PageQuery {
  @Optional()
  @IsIn(PURCHASE_STATES)
  state?: PurchaseState;

  @Optional()
  @IsString()
  @Length(1, 255)
  userId?: string;
}

export class PurchaseFileQuery {
  @Optional()
  @Digits()
  @IsInt()
  @Min(1)
  amount?: number;
}

const isOneOfTwo = ({ amount, unused }: PurchaseRefundBody) =>
  (amount === undefined) !== (unused === undefined);

/** Money, or all that is unused: exactly one of the two. */
export class PurchaseRefundBody extends ReasonBody {
  /** In minor units. */
  @ValidateIf((body: PurchaseRefundBody) => body.amount !== undefined || !isOneOfTwo(body))
  @IsInt({ message: '$property must be a whole number of minor units, or unused be true' })
  @Min(1)
  @Max(Number.MAX_SAFE_INTEGER)
  amount?: number;

  @ValidateIf((body: PurchaseRefundBody) => body.unused !== undefined)
  @Equals(true)
  @ValidateBy({
    name: 'isAlone',
    validator: {
      validate: (_value, context) => isOneOfTwo(context!.object as PurchaseRefundBody),
      defaultMessage: () => 'unused and amount must not come together',
    },
  })
  unused?: true;
}
