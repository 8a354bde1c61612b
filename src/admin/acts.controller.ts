import { Body, Controller, Param, ParseUUIDPipe, Post } from '@nestjs/common';
import { DataSource, type EntityManager } from 'typeorm';
import {
  CurrentWork,
  Idempotent,
  IdempotencyKeySpentError,
  fingerprint,
  type Work,
} from '../credits/index.js';
import { AdminOnly, CurrentUser, type User } from '../identity/index.js';
import { AdjustmentBody, AllowanceBody, GrantBody, RefundBody } from './admin.dto.js';
import { Operator, type Done } from './operator.service.js';
import { Describes } from '../routes/describes.decorator.js';
import { adminRoutes } from './admin.routes.js';

/** Credits given, corrected and given back; each with its reason and the operator's id in the ledger entry. */
@Controller('admin')
@AdminOnly()
export class ActsController {
  constructor(
    private readonly operator: Operator,
    private readonly dataSource: DataSource,
  ) {}

  @Post('wallets/:userId/grants')
  @Idempotent()
  @Describes(adminRoutes.grant)
  grant(
    @CurrentUser() { id: actor }: User,
    @CurrentWork() work: Work,
    @Param('userId') userId: string,
    @Body() body: GrantBody,
  ) {
    return this.#once(work, (idempotencyKey, tx) =>
      this.operator.grant({ userId, ...body, actor, idempotencyKey }, tx),
    );
  }

  @Post('wallets/:userId/adjustments')
  @Idempotent()
  @Describes(adminRoutes.adjust)
  adjust(
    @CurrentUser() { id: actor }: User,
    @CurrentWork() work: Work,
    @Param('userId') userId: string,
    @Body() body: AdjustmentBody,
  ) {
    return this.#once(work, (idempotencyKey, tx) =>
      this.operator.adjust({ userId, ...body, actor, idempotencyKey }, tx),
    );
  }

  @Post('wallets/:userId/allowances')
  @Describes(adminRoutes.allow)
  @Idempotent()
  allow(
    @CurrentUser() { id: actor }: User,
    @CurrentWork() work: Work,
    @Param('userId') userId: string,
    @Body() body: AllowanceBody,
  ) {
    return this.#once(work, (idempotencyKey, tx) =>
      this.operator.allow({ userId, ...body, actor, idempotencyKey }, tx),
    );
  }

  @Post('entries/:entryId/refund')
  @Idempotent()
  @Describes(adminRoutes.refund)
  refund(
    @CurrentUser() { id: actor }: User,
    @CurrentWork() work: Work,
    @Param('entryId', ParseUUIDPipe) entryId: string,
    @Body() body: RefundBody,
  ) {
    return this.#once(work, (idempotencyKey, tx) =>
      this.operator.refund({ entryId, ...body, actor, idempotencyKey }, tx),
    );
  }

  /** The ledger remembers the request's key for ever, and the answer is recorded in the same transaction. */
  #once<T>(
    work: Work,
    act: (idempotencyKey: string | undefined, tx: EntityManager) => Promise<Done<T>>,
  ): Promise<Record<string, unknown>> {
    const key = work.keyed && `admin:${fingerprint([work.userId, work.keyed.key])}`;
    return this.dataSource.transaction(async (tx) => {
      const { answer, replayed } = await act(key, tx);
      if (replayed) throw new IdempotencyKeySpentError();
      return work.finish(answer, { tx });
    });
  }
}
