import { IdParam } from '../routes/id-param.js';
import { Body, Controller, Param, Post } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { FormerUsers } from '../account/former-users.js';
import { Environment } from '../config/environment.js';
import {
  CurrentWork,
  ErasedPersonError,
  Idempotent,
  IdempotencyKeySpentError,
  type Work,
} from '../credits/index.js';
import { Operator, ledgerKeyOf, type Done } from '../credits/operator/index.js';
import { WalletDatabase } from '../database/wallet-database.js';
import { AdminOnly, CurrentUser, type User } from '../identity/index.js';
import { AdjustmentBody, AllowanceBody, ClawbackBody, GrantBody, RefundBody } from './admin.dto.js';
import { Describes } from '../routes/describes.decorator.js';
import { adminRoutes } from './admin.routes.js';

const walletInAddress = ({ params }: { params: { userId: string } }): string => params.userId;

/** Grants, adjustments and refunds, each with its reason and the operator's id in the ledger entry. */
@Controller('admin')
@AdminOnly()
export class ActsController {
  constructor(
    private readonly operator: Operator,
    private readonly databases: WalletDatabase,
    private readonly environment: Environment,
    private readonly formerUsers: FormerUsers,
  ) {}

  @Post('wallets/:userId/grants')
  @Idempotent({ about: walletInAddress })
  @Describes(adminRoutes.grant)
  grant(
    @CurrentUser() { id: actor }: User,
    @CurrentWork() work: Work,
    @Param('userId') userId: string,
    @Body() body: GrantBody,
  ) {
    return this.#once(work, this.databases.of(userId), (idempotencyKey, tx) =>
      this.operator.grant({ userId, ...body, actor, idempotencyKey }, tx),
    );
  }

  @Post('wallets/:userId/adjustments')
  @Idempotent({ about: walletInAddress })
  @Describes(adminRoutes.adjust)
  adjust(
    @CurrentUser() { id: actor }: User,
    @CurrentWork() work: Work,
    @Param('userId') userId: string,
    @Body() body: AdjustmentBody,
  ) {
    return this.#once(work, this.databases.of(userId), (idempotencyKey, tx) =>
      this.operator.adjust({ userId, ...body, actor, idempotencyKey }, tx),
    );
  }

  @Post('wallets/:userId/allowances')
  @Idempotent({ about: walletInAddress })
  @Describes(adminRoutes.allow)
  allow(
    @CurrentUser() { id: actor }: User,
    @CurrentWork() work: Work,
    @Param('userId') userId: string,
    @Body() { timeZone = this.environment.timeZone, ...body }: AllowanceBody,
  ) {
    return this.#once(work, this.databases.of(userId), async (idempotencyKey, tx) => {
      if (await this.formerUsers.has(userId)) throw new ErasedPersonError();
      return this.operator.allow({ userId, ...body, timeZone, actor, idempotencyKey }, tx);
    });
  }

  @Post('entries/:entryId/refund')
  @Idempotent()
  @Describes(adminRoutes.refund)
  refund(
    @CurrentUser() { id: actor }: User,
    @CurrentWork() work: Work,
    @IdParam('entryId') entryId: string,
    @Body() body: RefundBody,
  ) {
    return this.#once(work, this.databases.ofId(entryId), (idempotencyKey, tx) =>
      this.operator.refund({ entryId, ...body, actor, idempotencyKey }, tx),
    );
  }

  @Post('entries/:entryId/clawback')
  @Idempotent()
  @Describes(adminRoutes.clawback)
  clawback(
    @CurrentUser() { id: actor }: User,
    @CurrentWork() work: Work,
    @IdParam('entryId') entryId: string,
    @Body() body: ClawbackBody,
  ) {
    return this.#once(work, this.databases.ofId(entryId), (idempotencyKey, tx) =>
      this.operator.clawback({ entryId, ...body, actor, idempotencyKey }, tx),
    );
  }

  /** The ledger remembers the request's key for ever, and the answer is recorded in the same transaction. */
  #once<T extends { wallet: { userId: string } }>(
    work: Work,
    database: EntityManager,
    act: (idempotencyKey: string | undefined, tx: EntityManager) => Promise<Done<T>>,
  ): Promise<Record<string, unknown>> {
    const key = ledgerKeyOf(work);
    return database.transaction(async (tx) => {
      const { answer, replayed } = await act(key, tx);
      if (replayed) throw new IdempotencyKeySpentError();
      work.isAbout(answer.wallet.userId);
      return work.finish(answer, { tx });
    });
  }
}
