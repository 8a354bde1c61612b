import type { GrantCategory } from '../credits.types.js';
import type { Ledger } from '../ledger/ledger.js';
import { opensWallet, type Operation, type Outcome, type OutcomeCode } from '../ledger/operation.js';
import { Tally } from '../ledger/tally.js';
import type { Transaction } from '../ledger/transaction.js';
import { NEVER, Refusal, type ModelHold } from './glass.js';
import { MemoryTransaction } from './memory-transaction.js';
import { MemoryWallet, toTime } from './memory-wallet.js';
import { NOTHING_MONTHLY, type Monthly } from './refill.js';

/** The ledger's verbs, decided by the model instead of PostgreSQL. */
export class MemoryLedger implements Pick<
  Ledger,
  'apply' | 'applyIn' | 'refillTogether' | 'tally' | 'waiting'
> {
  readonly tally = new Tally();
  readonly waiting = 0;
  readonly wallets = new Map<string, MemoryWallet>();
  readonly monthly: Monthly = { ...NOTHING_MONTHLY };
  readonly #failures: { verb: string; error: Error }[] = [];
  #aheadMs = 0;

  readonly clock = ((now: () => number) => ({
    get now() {
      return now();
    },
  }))(() => Date.now() + this.#aheadMs);

  travel(seconds: number): void {
    this.#aheadMs += seconds * 1000;
  }

  failNext(verb: string, error: Error): void {
    this.#failures.push({ verb, error });
  }

  /** @throws whatever this verb was told to fail with */
  failIfTold(verb: string): void {
    const failing = this.#failures.findIndex((failure) => failure.verb === verb);
    if (failing >= 0) throw this.#failures.splice(failing, 1)[0]!.error;
  }

  walletOf(userId: string): MemoryWallet {
    const wallet = this.wallets.get(userId) ?? new MemoryWallet(userId, this.clock, this.monthly);
    this.wallets.set(userId, wallet);
    return wallet;
  }

  /** Something of a wallet, and the wallet that has it. */
  find<T>(of: (wallet: MemoryWallet) => T | undefined): [MemoryWallet, T] | undefined {
    for (const wallet of this.wallets.values()) {
      const found = of(wallet);
      if (found !== undefined) return [wallet, found];
    }
    return undefined;
  }

  async apply(operation: Operation): Promise<Outcome> {
    return this.decide(operation);
  }

  /** Here a wallet is settled when it is looked at, and not before. */
  async refillTogether(users: readonly string[]): Promise<string[]> {
    return [...users];
  }

  async applyIn(tx: Transaction, operation: Operation): Promise<Outcome> {
    return this.decide(operation, tx instanceof MemoryTransaction ? tx : undefined);
  }

  decide(operation: Operation, tx?: MemoryTransaction): Outcome {
    this.failIfTold(operation.verb);
    const wallet = this.#findWallet(operation);
    const outcome = wallet === undefined ? nowhere(this.clock.now) : this.#decideIn(wallet, operation, tx);
    this.tally.count([operation], [outcome]);
    return outcome;
  }

  /** Whose is named, or whose hold or entry it is. */
  #findWallet({ user_id, hold_id, entry_id }: Operation): MemoryWallet | undefined {
    if (user_id !== undefined) return this.walletOf(user_id);
    const named = hold_id !== undefined ? 'holdOf' : 'entryOf';
    return this.find<object>((wallet) => wallet[named]((hold_id ?? entry_id)!))?.[0];
  }

  #decideIn(wallet: MemoryWallet, operation: Operation, tx?: MemoryTransaction): Outcome {
    tx?.touch(wallet, wallet.save());
    const { model, userId } = wallet;
    wallet.settle();
    const answer = (code: OutcomeCode, rest: Partial<Outcome> = {}): Outcome => {
      const { balance, held, owed, version } = model;
      const level = { balance, held, owed, version, decidedAtMs: this.clock.now };
      return { code, id: operation.id ?? null, userId, amount: 0, ...level, detail: null, ...rest };
    };
    const first = operation.key === undefined ? undefined : wallet.firstOf(operation.key);
    if (first !== undefined) {
      const isSame = first.fingerprint === operation.fingerprint;
      return isSame ? answer('replayed', { detail: first.row }) : answer('key_reused');
    }
    const hold = operation.hold_id === undefined ? undefined : wallet.holdOf(operation.hold_id);
    if (operation.hold_id !== undefined && !isMeant(wallet, hold, operation)) return answer('not_found');
    try {
      const done = carryOut(wallet, operation, hold);
      if (opensWallet(operation)) wallet.openedMs ??= this.clock.now;
      wallet.note(operation);
      return answer('done', done);
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      const code = error.outcome as OutcomeCode;
      return answer(code, { detail: detailOf(wallet, operation, code, hold) });
    }
  }
}

/** A hold may be taken over by who names its action, too. */
function isMeant(wallet: MemoryWallet, hold: ModelHold | undefined, { verb, action }: Operation): boolean {
  if (hold === undefined) return false;
  return verb !== 'take' || wallet.holds.get(hold)!.operation.action === action;
}

function carryOut(wallet: MemoryWallet, operation: Operation, hold?: ModelHold): Partial<Outcome> {
  const { model } = wallet;
  const {
    verb,
    credits = 0,
    ttl_seconds = 0,
    owner,
    priority = 50,
    category = 'paid',
    expires_at,
  } = operation;
  const entry = operation.entry_id === undefined ? undefined : wallet.entryOf(operation.entry_id);
  const ofHold = () => ({ id: operation.hold_id!, amount: hold!.amount });
  switch (verb) {
    case 'charge':
      return { amount: Math.abs(model.charge(credits).amount) };
    case 'hold':
      return { amount: model.hold(credits, ttl_seconds * 1000).amount };
    case 'capture': {
      const { amount } = model.capture(hold!, operation.credits, owner);
      return { ...ofHold(), amount: Math.abs(amount) };
    }
    case 'release':
      model.release(hold!, owner);
      return ofHold();
    case 'extend':
      model.extend(hold!, ttl_seconds * 1000, owner);
      return ofHold();
    case 'take': {
      const detail = wallet.holdRow(hold!);
      model.take(hold!, ttl_seconds * 1000, owner!);
      return { ...ofHold(), detail };
    }
    case 'raise':
      model.raise(hold!, credits, owner);
      return ofHold();
    case 'grant': {
      const expiresAt = expires_at === undefined ? NEVER : Date.parse(expires_at);
      const terms = { priority, category: category as GrantCategory, expiresAt };
      return { amount: model.grant(credits, terms).amount };
    }
    case 'adjust':
      return { amount: Math.abs(model.adjust(credits).amount) };
    case 'refund':
      return { amount: model.refund(entry!, operation.credits).amount };
    case 'clawback':
      return { amount: Math.abs(model.clawback(entry!, credits).amount) };
    case 'restore':
      return { amount: model.restore(entry!, credits).amount };
    case 'settle':
      return {};
  }
}

function nowhere(decidedAtMs: number): Outcome {
  const nothing = { amount: 0, balance: 0, held: 0, owed: 0, version: 0, detail: null };
  return { code: 'not_found', id: null, userId: '', decidedAtMs, ...nothing };
}

function detailOf(
  wallet: MemoryWallet,
  { entry_id }: Operation,
  code: OutcomeCode,
  hold: ModelHold | undefined,
): Record<string, unknown> {
  if (code === 'insufficient') return whyHeld(wallet);
  if (hold !== undefined) return { state: hold.state, amount: hold.amount };
  const about = entry_id === undefined ? undefined : wallet.entryOf(entry_id);
  if (about === undefined) return {};
  const { amount, refunded, takenBack } = about;
  return { charged: Math.abs(amount), refunded, granted: amount, takenBack };
}

/** The oldest ten of its holds, and when more come by themselves. */
function whyHeld(wallet: MemoryWallet): Record<string, unknown> {
  const holds = wallet.model.holds.flatMap((hold) => {
    const { id, operation } = wallet.holds.get(hold)!;
    const { state, amount, expiresAt } = hold;
    return state === 'held' ? [{ id, action: operation.action, amount, expires_at: toTime(expiresAt) }] : [];
  });
  return { holds: holds.slice(0, 10), nextRefill: nextRefillOf(wallet) };
}

export function nextRefillOf({ model }: MemoryWallet): { at: string; credits: number } | null {
  const next = model.nextRefill();
  return next && { ...next, at: toTime(next.at) };
}
