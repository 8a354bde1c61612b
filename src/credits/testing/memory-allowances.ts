import { allowanceRefusal, type Allowance, type AllowInput } from '../allowances/allowance.js';
import { Allowances, checkedTerms, type MonthlyGrant } from '../allowances/allowances.js';
import { IdempotencyKeyReusedError, UnknownAllowanceError } from '../credits.errors.js';
import type { Groups } from '../groups.js';
import { openTransaction } from '../database/open-transaction.js';
import { requireInput } from '../input.js';
import { newId } from '../ledger/new-id.js';
import type { Transaction } from '../ledger/transaction.js';
import { UNKNOWN_VERSION, type WalletChanges } from '../wallet-changes.js';
import { NEVER, Refusal } from './glass.js';
import type { MemoryLedger } from './memory-ledger.js';
import { MemoryTransaction } from './memory-transaction.js';
import { toTime, type MemoryWallet } from './memory-wallet.js';
import type { ModelAllowance } from './refill.js';

/** Credits that come back, poured by the model. */
export class MemoryAllowances extends Allowances {
  constructor(
    private readonly memory: MemoryLedger,
    private readonly told: WalletChanges,
  ) {
    super(undefined as unknown as Groups, told);
  }

  override async allow(input: AllowInput, tx?: Transaction): Promise<Allowance & { replayed: boolean }> {
    const { userId, terms, paid, key, fingerprint } = checkedTerms(input);
    if (paid.some((term) => term !== undefined)) notHere();
    this.memory.failIfTold('allow');
    const wallet = this.#change(userId, tx);
    wallet.settle();
    const first = key === undefined ? undefined : wallet.allowanceKeys.get(key);
    if (first?.fingerprint === fingerprint && first !== undefined) {
      return { ...this.#shown(wallet, first.made), replayed: true };
    }
    if (first !== undefined || (key !== undefined && wallet.firstOf(key) !== undefined))
      throw new IdempotencyKeyReusedError();
    const [plan, credits, months, from, to, carry, timeZone, reason, actor] = terms;
    const now = this.memory.clock.now;
    const span = { anchor: from ? Date.parse(from) : now, until: to ? Date.parse(to) : NEVER };
    const id = newId(userId);
    const rest = { id, plan, credits, months, carry, timeZone, category: 'paid', ...span } as const;
    const made = withRefusals(() => wallet.model.allow(rest));
    wallet.openedMs ??= now;
    wallet.allowances.set(made, { id, atMs: now, reason: reason ?? null, actor: actor ?? null });
    if (key !== undefined) wallet.allowanceKeys.set(key, { fingerprint, made });
    wallet.note({ verb: 'settle' });
    return { ...this.#shown(wallet, made), replayed: false };
  }

  override async end(id: string, tx?: Transaction): Promise<Allowance> {
    requireInput({ id }, { id: 'id' });
    const [found, allowance] =
      this.memory.find((one) => one.model.allowances.find((each) => each.id === id)) ?? [];
    if (allowance === undefined) throw new UnknownAllowanceError();
    const wallet = this.#change(found!.userId, tx);
    wallet.model.endAllowance(allowance);
    wallet.note({ verb: 'settle' });
    return this.#shown(wallet, allowance);
  }

  override async limit(): Promise<Allowance> {
    return notHere();
  }

  override async refillsOf(): Promise<string[]> {
    return notHere();
  }

  override async of(userId: string): Promise<Allowance[]> {
    requireInput({ userId }, { userId: 'userId' });
    const wallet = this.memory.walletOf(userId);
    const shown = wallet.model.allowances.map((allowance) => this.#shown(wallet, allowance));
    return shown.sort((a, b) => (`${a.createdAt} ${a.id}` < `${b.createdAt} ${b.id}` ? 1 : -1));
  }

  override async setMonthly({ credits, carry, timeZone }: MonthlyGrant): Promise<void> {
    requireInput(
      { credits, carry, timeZone },
      { credits: 'credits', carry: 'credits', timeZone: 'timeZone' },
    );
    const { monthly, clock } = this.memory;
    const since = monthly.credits > 0 ? monthly.since : clock.now;
    Object.assign(monthly, { credits, carry, timeZone, since });
  }

  override async hasMonthly(userId: string): Promise<boolean> {
    const { monthly } = this.memory;
    const { allowances } = this.memory.walletOf(userId).model;
    return (
      monthly.credits === 0 || allowances.some(({ credits, nextAt }) => credits === null && nextAt < NEVER)
    );
  }

  override async allowMonthly(userId: string): Promise<void> {
    if (await this.hasMonthly(userId)) return;
    const wallet = this.#change(userId);
    const { clock, monthly } = this.memory;
    const anchor = (wallet.openedMs ??= clock.now);
    const { timeZone } = monthly;
    const terms = {
      plan: 'monthly',
      months: 1,
      anchor,
      until: NEVER,
      timeZone,
      category: 'promotional',
    } as const;
    const id = newId(userId);
    const made = wallet.model.allowMonthly({ id, credits: null, carry: null, ...terms });
    const facts = { id: made.id, atMs: clock.now, reason: null, actor: 'ledger' };
    if (!wallet.allowances.has(made)) wallet.allowances.set(made, facts);
    wallet.note({ verb: 'settle' });
  }

  #change(userId: string, tx?: Transaction): MemoryWallet {
    const wallet = this.memory.walletOf(userId);
    if (tx === undefined) this.told.committed(userId, UNKNOWN_VERSION);
    else this.told.pending(userId, openTransaction(tx));
    if (tx instanceof MemoryTransaction) tx.touch(wallet, wallet.save());
    return wallet;
  }

  #shown(wallet: MemoryWallet, allowance: ModelAllowance): Allowance {
    const { monthly } = this.memory;
    const { id, plan, months, anchor, until, timeZone, nextAt, endedAt } = allowance;
    const { atMs, reason, actor } = wallet.allowances.get(allowance)!;
    const credits = allowance.credits ?? monthly.credits;
    return {
      ...{ id, userId: wallet.userId, plan, credits, months, anchor: toTime(anchor) },
      ...{ until: until === NEVER ? null : toTime(until), carry: allowance.carry ?? monthly.carry, timeZone },
      nextAt: credits > 0 && nextAt < NEVER ? toTime(nextAt) : null,
      ...{ reason, actor, createdAt: toTime(atMs), endedAt: endedAt === null ? null : toTime(endedAt) },
    };
  }
}

function withRefusals<T>(work: () => T): T {
  try {
    return work();
  } catch (error) {
    throw error instanceof Refusal ? allowanceRefusal(error.outcome) : error;
  }
}

function notHere(): never {
  throw new TypeError('in memory an allowance has no number of refills: ask a ledger of PostgreSQL');
}
