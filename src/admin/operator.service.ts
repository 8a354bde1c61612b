import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { toGrant, type GrantStatement } from '../account/statements.js';
import { FormerUsers } from '../account/former-users.js';
import { Environment } from '../config/environment.js';
import {
  CreditsService,
  ErasedPersonError,
  type Allowance,
  type AllowInput,
  type Entry,
  type GrantCategory,
  type Receipt,
} from '../credits/index.js';
import { Wallets, type Wallet } from './wallets.service.js';

/** Who does it and why: both stand in the ledger entry. With a key it is done once. */
export interface Act {
  reason: string;
  actor: string;
  idempotencyKey?: string;
}

export interface GrantAct extends Act {
  userId: string;
  amount: number;
  category?: GrantCategory;
  priority?: number;
  expiresAt?: string;
}

export interface AdjustmentAct extends Act {
  userId: string;
  /** Signed. */
  amount: number;
}

export interface RefundAct extends Act {
  entryId: string;
  /** Default: all that is left of the charge. */
  amount?: number;
}

export interface AllowanceAct extends Act, Omit<AllowInput, keyof Act> {}

/** What was done, as it is answered; `replayed`: the key had been used, and nothing was done now. */
export interface Done<T> {
  answer: T;
  replayed: boolean;
}

export interface Moved {
  entry: Entry;
  wallet: Wallet;
}

/** What an operator does to a wallet, over HTTP and on the command line alike, in the caller's transaction. */
@Injectable()
export class Operator {
  constructor(
    private readonly credits: CreditsService,
    private readonly wallets: Wallets,
    private readonly formerUsers: FormerUsers,
    private readonly environment: Environment,
  ) {}

  /** Opens the wallet when there is none. @throws what CreditsService.grant does */
  async grant(act: GrantAct, tx: EntityManager): Promise<Done<Moved & { grant: GrantStatement }>> {
    const { amount: credits, ...rest } = act;
    const receipt = await this.credits.grant({ ...rest, credits }, { tx });
    const [row] = await tx.query<Record<string, unknown>[]>(
      `SELECT g.* FROM credits.entries e
         JOIN LATERAL (SELECT * FROM credits.grants WHERE user_id = e.user_id) g ON g.id = e.grant_id
        WHERE e.id = $1`,
      [receipt.entryId],
    );
    const { entry, wallet } = await this.#moved(receipt, tx);
    return { answer: { entry, grant: toGrant(row!), wallet }, replayed: receipt.replayed };
  }

  /** @throws NotFoundException (no such wallet), and what CreditsService.adjust does */
  async adjust(act: AdjustmentAct, tx: EntityManager): Promise<Done<Moved>> {
    const { amount: credits, ...rest } = act;
    await this.wallets.read(act.userId, tx);
    const receipt = await this.credits.adjust({ ...rest, credits }, { tx });
    return { answer: await this.#moved(receipt, tx), replayed: receipt.replayed };
  }

  /** On the clock of CREDIT_TIME_ZONE unless the act says another. @throws what CreditsService.allow does */
  async allow(act: AllowanceAct, tx: EntityManager): Promise<Done<{ allowance: Allowance; wallet: Wallet }>> {
    const { timeZone = this.environment.timeZone, userId, ...rest } = act;
    if (await this.formerUsers.has(userId)) throw new ErasedPersonError();
    const { replayed, ...allowance } = await this.credits.allow({ ...rest, userId, timeZone }, { tx });
    return { answer: { allowance, wallet: await this.wallets.read(userId, tx) }, replayed };
  }

  /** @throws what CreditsService.endAllowance does */
  endAllowance(id: string): Promise<Allowance> {
    return this.credits.endAllowance({ id });
  }

  /** @throws what CreditsService.refund does */
  async refund(act: RefundAct, tx: EntityManager): Promise<Done<Moved>> {
    const { amount: credits, ...rest } = act;
    const receipt = await this.credits.refund({ ...rest, credits }, { tx });
    return { answer: await this.#moved(receipt, tx), replayed: receipt.replayed };
  }

  async #moved({ entryId }: Receipt, tx: EntityManager): Promise<Moved> {
    const { userId, ...entry } = await this.credits.entry(entryId, { tx });
    return { entry, wallet: await this.wallets.read(userId, tx) };
  }
}
