import { expect } from '@jest/globals';
import { CreditsService } from '../../src/credits/index.js';
import { Looks } from '../../src/payments/looks.js';
import type { Step } from './history-steps.js';
import { StripeShop, somebody } from './stripe-shop.js';

interface Purchase {
  id: string;
  ref: string;
}

/** One user with a memory of their own of what they bought, spent and were given. */
export class Player {
  readonly user = somebody();
  readonly #credits: CreditsService;
  readonly #looks: Looks;
  readonly purchases: Purchase[] = [];
  readonly holds: string[] = [];
  /** By purchase: when we looked last, and how much of it was gone when each of its reversals was seen first. */
  readonly #seen = new Map<string, { lookedAt: string; gone: Map<string, number> }>();
  /** By purchase: what an operator took. */
  readonly #byHand = new Map<string, number>();
  readonly #charges: { entryId: string; left: number }[] = [];
  spent = 0;
  edited = 0;

  constructor(readonly shop: StripeShop) {
    this.#credits = this.shop.product.app.get(CreditsService);
    this.#looks = this.shop.product.app.get(Looks, { strict: false });
  }

  async play(step: Step): Promise<void> {
    const { user } = this;
    const action = 'premium_export';
    const bought = this.purchases.length;
    const purchase = 'which' in step ? this.purchases[bought - 1 - (step.which % bought)] : undefined;
    switch (step.do) {
      case 'buy':
        this.purchases.push(await this.shop.bought(user, step.offer));
        return this.follow();
      case 'spend':
        return this.#spending(this.#credits.charge({ userId: user, action, credits: step.n }));
      case 'refund a charge':
        return this.#refundCharge(step.n);
      case 'hold':
        await this.#credits.hold({ userId: user, action, credits: step.n }).then(
          ({ id }) => this.holds.push(id),
          () => 0,
        );
        return;
      case 'capture':
      case 'release': {
        const holdId = this.holds.pop();
        if (holdId === undefined) return;
        if (step.do === 'release') return void (await this.#credits.release({ holdId }));
        return this.#spending(this.#credits.capture({ holdId }));
      }
      case 'edit':
        this.edited += step.n;
        await this.shop.product.sql
          .query('UPDATE credits.wallets SET balance = balance + $2 WHERE user_id = $1', [user, step.n])
          .then(({ rowCount }) => rowCount === 0 && (this.edited -= step.n));
        return;
      case 'lapse':
        return this.shop.lapse(user);
      case 'tell': {
        const events = this.shop.stripe.events.splice(0);
        await this.shop.deliver([...events.reverse(), ...events]);
        return this.follow();
      }
      default:
        break;
    }
    if (purchase !== undefined) await this.#playWith(purchase, step);
  }

  async #playWith(purchase: Purchase, step: Step): Promise<void> {
    const { stripe } = this.shop;
    const { id, ref } = purchase;
    const { refunds, disputes } = this.#movesOf(ref);
    switch (step.do) {
      case 'look':
        return this.look(id);
      case 'undo':
        return this.#undo(purchase, step.n);
      case 'claw back by hand':
        return this.#clawBackByHand(id, step.n);
      case 'unused':
        // Two moments: what the bank did before is seen first.
        await this.look(id);
        await this.shop.refund(id, { unused: true });
        return this.follow();
      case 'refund': {
        const amount = Math.min(step.n, this.#refundable(ref));
        if (amount > 0) stripe.refund(ref, amount);
        return;
      }
      case 'dispute':
        if (disputes.length === 0) stripe.dispute(ref);
        return;
      case 'win':
        return disputes.filter(({ status }) => status !== 'won').forEach((one) => stripe.win(one.id));
      case 'fail refund': {
        const refund = refunds.find(({ status }) => status !== 'failed');
        if (refund !== undefined) stripe.failRefund(refund.id);
        return;
      }
      default:
    }
  }

  /** Money that goes and comes again leaves everything as if it had not. */
  async #undo({ id, ref }: Purchase, n: number): Promise<void> {
    const { stripe } = this.shop;
    await this.look(id);
    const before = await this.#stand();
    const isDispute = this.#movesOf(ref).disputes.length === 0;
    const amount = Math.min(n, this.#refundable(ref));
    if (!isDispute && amount === 0) return;
    const made = isDispute ? stripe.dispute(ref) : stripe.refund(ref, amount);
    await this.look(id);
    if (isDispute) stripe.win(made);
    else stripe.failRefund(made);
    await this.look(id);
    expect(await this.#stand()).toEqual(before);
  }

  async #clawBackByHand(id: string, n: number): Promise<void> {
    const { entryId } = (await this.#paid()).find((paid) => paid.id === id)!;
    const { granted, takenBack } = await this.#credits.grantState({ entryId });
    const amount = Math.min(n, granted - takenBack);
    if (amount === 0) return;
    this.#byHand.set(id, (this.#byHand.get(id) ?? 0) + amount);
    await this.#credits.clawback({ entryId, credits: amount, reason: 'a mistake', actor: 'operator' });
  }

  #movesOf(ref: string) {
    const { sessions, refunds, disputes } = this.shop.stripe;
    const { payment_intent: payment } = sessions.get(ref)!;
    const ofThis = <T extends { payment_intent: string }>(all: Map<string, T>) =>
      [...all.values()].filter((one) => one.payment_intent === payment);
    return { refunds: ofThis(refunds), disputes: ofThis(disputes) };
  }

  #refundable(ref: string): number {
    const refunded = this.#movesOf(ref).refunds.filter(({ status }) => status !== 'failed');
    const total = this.shop.stripe.sessions.get(ref)!.amount_total!;
    return refunded.reduce((rest, { amount }) => rest - amount, total);
  }

  /** What went back of a payment, by the provider's own books and not by ours. */
  #backAtTheBank(ref: string): number {
    const { refunds, disputes } = this.#movesOf(ref);
    const moves = [
      ...refunds.filter(({ status }) => status !== 'failed').map(({ amount }) => amount),
      ...disputes.flatMap((one) => one.balance_transactions.map(({ amount }) => -amount)),
    ];
    return moves.reduce((sum, move) => sum + move, 0);
  }

  async #spending(charge: Promise<{ entryId: string; charged: number }>): Promise<void> {
    const paid = await charge.catch(() => undefined);
    if (paid === undefined) return;
    this.spent += paid.charged;
    this.#charges.push({ entryId: paid.entryId, left: paid.charged });
  }

  /** Of a charge of any age, all that is left of it or a part: the credits come back to where they came from. */
  async #refundCharge(n: number): Promise<void> {
    const charge = this.#charges[n % this.#charges.length];
    const credits = Math.min(n, charge?.left ?? 0);
    if (charge === undefined || credits === 0) return;
    const { entryId } = charge;
    await this.#credits.refund({ entryId, credits, reason: 'the work was bad', actor: 'operator' });
    charge.left -= credits;
    this.spent -= credits;
  }

  async look(id: string): Promise<void> {
    await this.#looks.look(id);
    await this.follow();
  }

  /** What there is, and what is back of each purchase. */
  async #stand() {
    const wallet = await this.shop.wallet(this.user);
    const back = [];
    for (const { entryId } of await this.#paid()) {
      back.push((await this.#credits.grantState({ entryId })).takenBack);
    }
    return { ...wallet, back };
  }

  /**
   * After each step, what was taken back of each purchase that was looked at in it: what was unused when it was refunded,
   * and what the other money says, as it went: each time less what had lapsed by then, or an operator had taken. What was
   * taken stays so when more lapses, unless more than was bought would be gone. What an operator took counts, and stays.
   */
  async follow(): Promise<void> {
    for (const { id, bought, paid, reversals, lookedAt, entryId } of await this.#paid()) {
      const before = this.#seen.get(id);
      if (before?.lookedAt === lookedAt) continue;
      const { lapsed, takenBack } = await this.#credits.grantState({ entryId });
      const byHand = this.#byHand.get(id) ?? 0;
      const now = lapsed + byHand;
      const standing = reversals.filter(({ amount }) => amount > 0);
      const gone = new Map(standing.map((one) => [one.id, before?.gone.get(one.id) ?? now]));
      const room = Math.max(0, bought - now);
      const refunded = standing.reduce((sum, one) => sum + one.unused, 0);
      const unused = Math.min(refunded, room);
      let [money, others] = [0, 0];
      const byMoney = standing.filter((one) => one.unused === 0);
      for (const one of byMoney.sort((a, b) => gone.get(a.id)! - gone.get(b.id)!)) {
        money = Math.min(paid, money + one.amount);
        const share = Math.min(Math.floor((bought * money) / paid), bought - refunded);
        others = Math.max(others, share - gone.get(one.id)!);
      }
      others = Math.min(others, room - unused);
      const facts = { bought, reversals, lapsed, byHand, before: before?.gone };
      expect({ ...facts, takenBack }).toEqual({ ...facts, takenBack: byHand + unused + others });
      this.#seen.set(id, { lookedAt, gone });
    }
  }

  async #paid() {
    const { rows } = await this.shop.product.sql.query(
      `SELECT p.id, p.credits::float8 AS bought, p.paid_amount::float8 AS paid,
              p.looked_at::text AS "lookedAt", p.entry_id AS "entryId", p.session_ref AS ref,
              (SELECT COALESCE(jsonb_agg(jsonb_build_object('id', r.id, 'amount', r.amount, 'unused', r.unused)), '[]')
                 FROM payments.reversals r WHERE r.purchase_id = p.id) AS reversals
         FROM payments.purchases p WHERE p.user_id = $1 AND p.state = 'paid' ORDER BY p.id`,
      [this.user],
    );
    return rows as {
      id: string;
      bought: number;
      paid: number;
      lookedAt: string;
      entryId: string;
      ref: string;
      reversals: { id: string; amount: number; unused: number }[];
    }[];
  }

  /** Whatever happened: what was bought is kept, spent, lapsed or back, and back is what the money says. */
  async judge(): Promise<void> {
    const { sql } = this.shop.product;
    const { available, owed, held } = await this.shop.wallet(this.user);
    expect(owed === 0 || available === 0).toBe(true);
    let kept = this.edited - this.spent;
    for (const { bought, reversals, ref, entryId } of await this.#paid()) {
      expect(reversals.reduce((sum, { amount }) => sum + amount, 0)).toBe(this.#backAtTheBank(ref));
      kept += bought - (await this.#credits.grantState({ entryId })).takenBack;
    }
    const { rows } = await sql.query(
      `SELECT COALESCE(sum(amount), 0)::float8 AS lapsed FROM credits.entries WHERE user_id = $1 AND kind = 'expiry'`,
      [this.user],
    );
    expect(available + held - owed).toBe(kept + rows[0].lapsed);
  }
}
