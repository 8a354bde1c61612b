import { Injectable } from '@nestjs/common';
import type { Allowance, AllowInput } from '../allowances/allowance.js';
import { InvalidCreditsInputError } from '../credits.errors.js';
import { CreditsService } from '../credits.service.js';
import type { Entry, GrantCategory, Receipt } from '../credits.types.js';
import { fingerprint } from '../fingerprint.js';
import type { Work } from '../gate/work.js';
import type { InTransaction } from '../in-transaction.js';
import { Groups } from '../groups.js';
import type { GrantStatement } from '../reads/statement-rows.js';
import { readGrantOf } from '../reads/statements.js';
import { Wallets, type Wallet } from '../reads/wallets.js';

type Transaction = NonNullable<InTransaction['tx']>;

/** The operator and the reason: both stand in the ledger entry. With a key it is done once. */
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
  expiresAt?: string | null;
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

export interface ClawbackAct extends Act {
  /** The entry of a grant. */
  entryId: string;
  amount: number;
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

/** The key under which the ledger does for ever once what an operator's request with an idempotency key asks for. */
export function ledgerKeyOf({ userId, keyed }: Work): string | undefined {
  return keyed && `admin:${fingerprint([userId, keyed.key])}`;
}

/** What an operator does to a wallet, over HTTP and on the command line alike, in the caller's transaction. */
@Injectable()
export class Operator {
  constructor(
    private readonly credits: CreditsService,
    private readonly wallets: Wallets,
    private readonly groups: Groups,
  ) {}

  /** Opens the wallet when there is none. @throws what CreditsService.grant does */
  async grant(act: GrantAct, tx: Transaction): Promise<Done<Moved & { grant: GrantStatement }>> {
    const { amount: credits, ...rest } = act;
    const receipt = await ofAmount(this.credits.grant({ ...rest, credits }, { tx }));
    const grant = await readGrantOf(this.groups.of(act.userId).database.in(tx), receipt.entryId);
    const { entry, wallet } = await this.#moved(receipt, tx);
    return { answer: { entry, grant, wallet }, replayed: receipt.replayed };
  }

  /** @throws NotFoundException (no such wallet), and what CreditsService.adjust does */
  async adjust(act: AdjustmentAct, tx: Transaction): Promise<Done<Moved>> {
    const { amount: credits, ...rest } = act;
    await this.wallets.read(act.userId, tx);
    const receipt = await ofAmount(this.credits.adjust({ ...rest, credits }, { tx }));
    return { answer: await this.#moved(receipt, tx), replayed: receipt.replayed };
  }

  /** @throws what CreditsService.refund does */
  async refund(act: RefundAct, tx: Transaction): Promise<Done<Moved>> {
    const { amount: credits, ...rest } = act;
    const receipt = await ofAmount(this.credits.refund({ ...rest, credits }, { tx }));
    return { answer: await this.#moved(receipt, tx), replayed: receipt.replayed };
  }

  /** A grant that was a mistake. What of it was spent is owed. @throws what CreditsService.clawback does */
  async clawback(act: ClawbackAct, tx: Transaction): Promise<Done<Moved>> {
    const { amount: credits, ...rest } = act;
    const receipt = await ofAmount(this.credits.clawback({ ...rest, credits }, { tx }));
    return { answer: await this.#moved(receipt, tx), replayed: receipt.replayed };
  }

  /** @throws what CreditsService.allow does */
  async allow(act: AllowanceAct, tx: Transaction): Promise<Done<{ allowance: Allowance; wallet: Wallet }>> {
    const { replayed, ...allowance } = await this.credits.allow(act, { tx });
    return { answer: { allowance, wallet: await this.wallets.read(act.userId, tx) }, replayed };
  }

  async #moved({ entryId }: Receipt, tx: Transaction): Promise<Moved> {
    const { userId, ...entry } = await this.credits.entry(entryId, { tx });
    return { entry, wallet: await this.wallets.read(userId, tx) };
  }
}

/** What code calls credits an operator calls the amount, and a refusal names what was asked. */
async function ofAmount<T>(act: Promise<T>): Promise<T> {
  try {
    return await act;
  } catch (error) {
    if (!(error instanceof InvalidCreditsInputError)) throw error;
    const named = (path: string) => (path === 'credits' ? 'amount' : path);
    throw new InvalidCreditsInputError(
      error.errors.map(({ path, message }) => ({ path: named(path), message })),
    );
  }
}
