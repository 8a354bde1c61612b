import type { GrantCategory } from '../credits.types.js';
import type { WatchedTransaction } from '../database/host-database.js';
import type { Ledger } from '../ledger/ledger.js';
import type { Operation, Outcome, OutcomeCode, Verb } from '../ledger/operation.js';
import { Tally } from '../ledger/tally.js';
import type { Transaction } from '../ledger/transaction.js';
import { MemoryWallet, toTime } from './memory-wallet.js';
import { NEVER, Refusal, type ModelHold } from './model.js';

const CODES: Record<string, OutcomeCode> = {
  insufficient_credits: 'insufficient',
  capture_exceeds_hold: 'capture_exceeds_hold',
  refund_exceeds_charge: 'refund_exceeds_charge',
  hold_already_resolved: 'hold_resolved',
  hold_expired: 'hold_expired',
};

/** One of this memory: what it changed is undone when it fails. It has no database behind it. */
export class MemoryTransaction implements Transaction, WatchedTransaction {
  isTransactionActive = true;
  isReleased = false;
  readonly #undo = new Map<object, () => void>();

  query(): Promise<never> {
    return Promise.reject(new Error('creditgate/testing has no database: mock what runs SQL'));
  }

  /** The first state of each thing is what it goes back to. */
  touch(thing: object, undo: () => void): void {
    if (!this.#undo.has(thing)) this.#undo.set(thing, undo);
  }

  end(committed: boolean): void {
    if (!committed) for (const undo of this.#undo.values()) undo();
    this.isTransactionActive = false;
    this.isReleased = true;
  }
}

/** The ledger's verbs, decided by the model instead of PostgreSQL. */
export class MemoryLedger implements Pick<Ledger, 'apply' | 'applyIn' | 'tally' | 'waiting'> {
  readonly tally = new Tally();
  readonly waiting = 0;
  readonly wallets = new Map<string, MemoryWallet>();
  readonly #failures: { verb: Verb; error: Error }[] = [];
  #aheadMs = 0;

  readonly clock = ((now: () => number) => ({
    get now() {
      return now();
    },
  }))(() => Date.now() + this.#aheadMs);

  travel(seconds: number): void {
    this.#aheadMs += seconds * 1000;
  }

  failNext(verb: Verb, error: Error): void {
    this.#failures.push({ verb, error });
  }

  walletOf(userId: string): MemoryWallet {
    const wallet = this.wallets.get(userId) ?? new MemoryWallet(userId, this.clock);
    this.wallets.set(userId, wallet);
    return wallet;
  }

  async apply(operation: Operation): Promise<Outcome> {
    return this.#decide(operation);
  }

  async applyIn(tx: Transaction, operation: Operation): Promise<Outcome> {
    return this.#decide(operation, tx instanceof MemoryTransaction ? tx : undefined);
  }

  #decide(operation: Operation, tx?: MemoryTransaction): Outcome {
    const failing = this.#failures.findIndex(({ verb }) => verb === operation.verb);
    if (failing >= 0) throw this.#failures.splice(failing, 1)[0]!.error;
    const wallet = this.#findWallet(operation);
    const outcome = wallet === undefined ? nowhere(this.clock.now) : this.#decideIn(wallet, operation, tx);
    this.tally.count([operation], [outcome]);
    return outcome;
  }

  #findWallet({ user_id, hold_id, entry_id }: Operation): MemoryWallet | undefined {
    if (hold_id === undefined && entry_id === undefined) return this.walletOf(user_id!);
    const has = (wallet: MemoryWallet) =>
      hold_id !== undefined ? wallet.holdOf(hold_id) : wallet.entryOf(entry_id!);
    return [...this.wallets.values()].find((wallet) => has(wallet) !== undefined);
  }

  #decideIn(wallet: MemoryWallet, operation: Operation, tx?: MemoryTransaction): Outcome {
    tx?.touch(wallet, wallet.save());
    const { model, userId } = wallet;
    const answer = (code: OutcomeCode, rest: Partial<Outcome> = {}): Outcome => {
      const { balance, held, version } = model;
      const level = { balance, held, owed: 0, version, decidedAtMs: this.clock.now };
      return { code, id: operation.id ?? null, userId, amount: 0, ...level, detail: null, ...rest };
    };
    const first = operation.key === undefined ? undefined : wallet.firstOf(operation.key);
    if (first !== undefined) {
      const isSame = first.fingerprint === operation.fingerprint;
      return isSame ? answer('replayed', { detail: first.row }) : answer('key_reused');
    }
    try {
      const { id = operation.id ?? null, amount } = this.#carryOut(wallet, operation);
      wallet.note(operation);
      return answer('done', { id, amount });
    } catch (error) {
      // What was due expired all the same.
      wallet.note({ verb: 'settle' });
      if (!(error instanceof Refusal)) throw error;
      const hold = operation.hold_id === undefined ? undefined : wallet.holdOf(operation.hold_id);
      return answer(codeOf(error, operation), { detail: detailOf(wallet, operation, hold) });
    }
  }

  #carryOut(wallet: MemoryWallet, operation: Operation): { id?: string; amount: number } {
    const { model } = wallet;
    const { verb, credits = 0, ttl_seconds = 0, priority = 50, category = 'paid', expires_at } = operation;
    const hold = operation.hold_id === undefined ? undefined : wallet.holdOf(operation.hold_id)!;
    switch (verb) {
      case 'charge':
        return { amount: Math.abs(model.charge(credits).amount) };
      case 'hold':
        return { amount: model.hold(credits, ttl_seconds * 1000).amount };
      case 'capture':
        return {
          id: operation.hold_id!,
          amount: Math.abs(model.capture(hold!, operation.credits).amount),
        };
      case 'release':
        model.release(hold!);
        return { id: operation.hold_id!, amount: hold!.amount };
      case 'extend':
        model.extend(hold!, ttl_seconds * 1000);
        return { id: operation.hold_id!, amount: hold!.amount };
      case 'raise':
        model.raise(hold!, credits);
        return { id: operation.hold_id!, amount: hold!.amount };
      case 'grant': {
        const expiresAt = expires_at === undefined ? NEVER : Date.parse(expires_at);
        const terms = { priority, category: category as GrantCategory, expiresAt };
        return { amount: model.grant(credits, terms).amount };
      }
      case 'adjust':
        return { amount: Math.abs(model.adjust(credits).amount) };
      case 'refund':
        return { amount: model.refund(wallet.entryOf(operation.entry_id!)!, operation.credits).amount };
      case 'settle':
        model.settle();
        return { amount: 0 };
      default:
        throw new Error(`creditgate/testing does not know "${verb}": try it against PostgreSQL`);
    }
  }
}

function nowhere(decidedAtMs: number): Outcome {
  const nothing = { amount: 0, balance: 0, held: 0, owed: 0, version: 0, detail: null };
  return { code: 'not_found', id: null, userId: '', decidedAtMs, ...nothing };
}

/** The model says `validation_failed` of three things, which are told apart by the verb. */
function codeOf({ code }: Refusal, { verb, expires_at }: Operation): OutcomeCode {
  if (code !== 'validation_failed') return CODES[code]!;
  if (verb === 'refund') return 'not_a_charge';
  return expires_at === undefined ? 'too_large' : 'already_expired';
}

function detailOf(
  wallet: MemoryWallet,
  { entry_id }: Operation,
  hold: ModelHold | undefined,
): Record<string, unknown> {
  if (hold !== undefined) return { state: hold.state, amount: hold.amount, holds: [] };
  const charge = entry_id === undefined ? undefined : wallet.entryOf(entry_id);
  if (charge !== undefined) return { charged: Math.abs(charge.amount), refunded: charge.refunded };
  const holds = wallet.model.holds.flatMap(({ state, amount, expiresAt }, place) => {
    const { id, operation } = wallet.holdFacts[place]!;
    return state === 'held' ? [{ id, action: operation.action, amount, expires_at: toTime(expiresAt) }] : [];
  });
  return { holds: holds.slice(0, 10) };
}
