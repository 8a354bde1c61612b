import { afterAll, beforeAll, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { CreditsService } from '../../src/credits/index.js';
import { Looks } from '../../src/payments/looks.js';
import { progressOf } from '../support/progress.js';
import { StripeShop, somebody } from './stripe-shop.js';

/** `npm run model:purchases` plays 10,000. */
const HISTORIES = Number(process.env['PURCHASE_HISTORIES'] ?? 15);
/** Another one every time; the name of the test says which. */
const SEED = Number(process.env['PURCHASE_SEED'] ?? Date.now() % 2 ** 31);

let shop: StripeShop;
let credits: CreditsService;
let looks: Looks;

beforeAll(async () => {
  shop = await StripeShop.open();
  credits = shop.product.app.get(CreditsService);
  looks = shop.product.app.get(Looks, { strict: false });
});
afterAll(() => shop.close());

const n = fc.integer({ min: 1, max: 700 });
const which = fc.nat(3);
const step = fc.oneof(
  {
    weight: 3,
    arbitrary: fc.record({
      do: fc.constant('buy' as const),
      offer: fc.constantFrom('STARTER', 'STUDIO', 'YEAR'),
    }),
  },
  { weight: 5, arbitrary: fc.record({ do: fc.constant('spend' as const), n }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('hold' as const), n }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constantFrom('capture' as const, 'release' as const) }) },
  { weight: 3, arbitrary: fc.record({ do: fc.constant('refund' as const), which, n }) },
  {
    weight: 2,
    arbitrary: fc.record({
      do: fc.constantFrom('dispute' as const, 'win' as const, 'fail refund' as const),
      which,
    }),
  },
  { weight: 2, arbitrary: fc.record({ do: fc.constantFrom('unused' as const, 'look' as const), which }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constantFrom('lapse' as const, 'tell' as const) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('edit' as const), n }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('claw back by hand' as const), which, n }) },
);
type Step = typeof step extends fc.Arbitrary<infer T> ? T : never;

const LOOKING = new Set<Step['do']>(['buy', 'look', 'tell', 'unused']);

/**
 * Played first, every time: what is unused stays away by no credit less when other money comes again; money that goes back after a part has lapsed, before it, and on both sides of it; what is unused
 * beside what lapsed, as credits are that came again; what an operator took before and after the money.
 */
const look = { do: 'look', which: 0 } as const;
const refund = (n: number) => [{ do: 'refund', which: 0, n } as const, look];
const EXAMPLES: Step[][] = [
  [
    { do: 'buy', offer: 'STUDIO' },
    { do: 'refund', which: 0, n: 113 },
    { do: 'unused', which: 0 },
    { do: 'fail refund', which: 0 },
    look,
  ],
  [{ do: 'buy', offer: 'YEAR' }, { do: 'spend', n: 100 }, { do: 'lapse' }, ...refund(450)],
  [{ do: 'buy', offer: 'YEAR' }, ...refund(250), { do: 'lapse' }, look],
  [{ do: 'buy', offer: 'YEAR' }, { do: 'spend', n: 300 }, ...refund(100), { do: 'lapse' }, ...refund(350)],
  [
    { do: 'buy', offer: 'YEAR' },
    ...refund(200),
    { do: 'lapse' },
    { do: 'fail refund', which: 0 },
    look,
    { do: 'unused', which: 0 },
    ...refund(250),
  ],
  [
    { do: 'buy', offer: 'STARTER' },
    ...refund(100),
    { do: 'claw back by hand', which: 0, n: 300 },
    look,
    { do: 'fail refund', which: 0 },
    look,
  ],
];

/** One user with a memory of their own of what they bought, spent and were given. */
class Player {
  readonly user = somebody();
  readonly purchases: { id: string; ref: string }[] = [];
  readonly holds: string[] = [];
  /** By purchase: what the money took when we looked last, of that what was unused, and when that was. */
  readonly #taken = new Map<string, { moved: number; unused: number; lookedAt: string }>();
  /** By purchase: what an operator took. */
  readonly #byHand = new Map<string, number>();
  spent = 0;
  edited = 0;

  async play(step: Step): Promise<void> {
    const { user } = this;
    const action = 'premium_export';
    const purchase =
      'which' in step ? this.purchases[step.which % Math.max(1, this.purchases.length)] : undefined;
    switch (step.do) {
      case 'buy':
        this.purchases.push(await shop.bought(user, step.offer));
        return;
      case 'spend':
        await this.#spending(
          credits.charge({ userId: user, action, credits: step.n }).then(({ charged }) => charged),
        );
        return;
      case 'hold':
        await credits.hold({ userId: user, action, credits: step.n }).then(
          ({ id }) => this.holds.push(id),
          () => 0,
        );
        return;
      case 'capture':
      case 'release': {
        const holdId = this.holds.pop();
        if (holdId === undefined) return;
        if (step.do === 'release') return void (await credits.release({ holdId }));
        return this.#spending(credits.capture({ holdId }).then(({ charged }) => charged));
      }
      case 'edit':
        this.edited += step.n;
        await shop.product.sql
          .query('UPDATE credits.wallets SET balance = balance + $2 WHERE user_id = $1', [user, step.n])
          .then(({ rowCount }) => rowCount === 0 && (this.edited -= step.n));
        return;
      case 'lapse':
        return shop.lapse(user);
      case 'tell': {
        const events = shop.stripe.events.splice(0);
        return void (await shop.deliver([...events.reverse(), ...events]));
      }
      default:
        break;
    }
    if (purchase === undefined) return;
    const { id, ref } = purchase;
    const session = shop.stripe.sessions.get(ref)!;
    const ofThis = <T extends { payment_intent: string }>(all: Map<string, T>) =>
      [...all.values()].filter((one) => one.payment_intent === session.payment_intent);
    switch (step.do) {
      case 'look':
        return void (await looks.look(id));
      case 'claw back by hand': {
        const one = (await this.#paid()).find((paid) => paid.id === id);
        const { granted, takenBack } = await credits.grantState({ entryId: one!.entryId });
        const amount = Math.min(step.n, granted - takenBack);
        if (amount === 0) return;
        this.#byHand.set(id, (this.#byHand.get(id) ?? 0) + amount);
        const by = { reason: 'a mistake', actor: 'operator' };
        return void (await credits.clawback({ entryId: one!.entryId, credits: amount, ...by }));
      }
      case 'unused':
        // Two moments: what the bank did before is seen first.
        await looks.look(id);
        await this.follow();
        return void (await shop.refund(id, { unused: true }));
      case 'refund': {
        const back = ofThis(shop.stripe.refunds).reduce(
          (sum, one) => sum + (one.status === 'failed' ? 0 : one.amount),
          0,
        );
        const amount = Math.min(step.n, session.amount_total! - back);
        if (amount > 0) shop.stripe.refund(ref, amount);
        return;
      }
      case 'dispute':
        if (ofThis(shop.stripe.disputes).length === 0) shop.stripe.dispute(ref);
        return;
      case 'win':
        return void ofThis(shop.stripe.disputes)
          .filter(({ status }) => status !== 'won')
          .forEach(({ id: dispute }) => shop.stripe.win(dispute));
      case 'fail refund': {
        const refund = ofThis(shop.stripe.refunds).find(({ status }) => status !== 'failed');
        if (refund !== undefined) shop.stripe.failRefund(refund.id);
      }
    }
  }

  async #spending(charge: Promise<number>): Promise<void> {
    this.spent += await charge.catch(() => 0);
  }

  /**
   * After each step, what was taken back of each purchase that was looked at in it: what was unused when it was refunded,
   * and what the other money says, less what has lapsed by then; what was taken before stays so when more lapses, unless
   * more than was bought would be gone. What an operator took counts, and stays.
   */
  async follow(): Promise<void> {
    for (const { id, bought, unused, target, lookedAt, entryId } of await this.#paid()) {
      const before = this.#taken.get(id);
      if (before?.lookedAt === lookedAt) continue;
      const { lapsed, takenBack } = await credits.grantState({ entryId });
      const byHand = this.#byHand.get(id) ?? 0;
      const former = before === undefined ? 0 : before.moved - before.unused;
      const others = Math.min(
        Math.max(former, target - unused - lapsed - byHand),
        target - unused,
        bought - unused - lapsed - byHand,
      );
      const expected = byHand + unused + Math.max(others, 0);
      expect({ bought, target, unused, lapsed, byHand, before, takenBack }).toMatchObject({
        takenBack: expected,
      });
      this.#taken.set(id, { moved: takenBack - byHand, unused, lookedAt });
    }
  }

  async #paid() {
    const { rows } = await shop.product.sql.query(
      `SELECT p.id, p.credits::float8 AS bought, p.paid_amount::float8 AS paid,
              p.looked_at::text AS "lookedAt", p.entry_id AS "entryId", p.session_ref AS ref,
              (SELECT COALESCE(sum(r.amount), 0) FROM payments.reversals r WHERE r.purchase_id = p.id)::float8 AS back,
              (SELECT COALESCE(sum(r.amount), 0) FROM payments.reversals r
                WHERE r.purchase_id = p.id AND r.unused = 0)::float8 AS "ofOthers",
              (SELECT COALESCE(sum(r.unused), 0) FROM payments.reversals r
                WHERE r.purchase_id = p.id AND r.amount > 0)::float8 AS unused
         FROM payments.purchases p WHERE p.user_id = $1 AND p.state = 'paid'`,
      [this.user],
    );
    return rows.map((row) => {
      const share = Math.floor((row.bought * Math.min(row.paid, row.ofOthers)) / row.paid);
      return { ...row, target: Math.min(row.bought, share + row.unused) };
    });
  }

  /** Whatever happened: what was bought is kept, spent, lapsed or back, and back is what the money says. */
  async judge(): Promise<void> {
    const { sql } = shop.product;
    const { available, owed, held } = await shop.wallet(this.user);
    expect(owed === 0 || available === 0).toBe(true);
    let kept = this.edited - this.spent;
    for (const { bought, back, ref, entryId } of await this.#paid()) {
      expect(back).toBe(backAtTheBank(ref));
      kept += bought - (await credits.grantState({ entryId })).takenBack;
    }
    const { rows } = await sql.query(
      `SELECT COALESCE(sum(amount), 0)::float8 AS lapsed FROM credits.entries WHERE user_id = $1 AND kind = 'expiry'`,
      [this.user],
    );
    expect(available + held - owed).toBe(kept + rows[0].lapsed);
  }
}

/** What went back of a payment, by the provider's own books and not by ours. */
function backAtTheBank(ref: string): number {
  const { refunds, disputes, sessions } = shop.stripe;
  const { payment_intent: payment } = sessions.get(ref)!;
  const moves = [
    ...[...refunds.values()]
      .filter((one) => one.payment_intent === payment && one.status !== 'failed')
      .map(({ amount }) => amount),
    ...[...disputes.values()]
      .filter((one) => one.payment_intent === payment)
      .flatMap((one) => one.balance_transactions.map(({ amount }) => -amount)),
  ];
  return moves.reduce((sum, move) => sum + move, 0);
}

/** The double searches all that it has, which would make the last of many histories slow. */
function forgetAll(): void {
  const { sessions, refunds, disputes, events } = shop.stripe;
  for (const known of [sessions, refunds, disputes]) known.clear();
  events.length = 0;
}

test(
  `${HISTORIES} random histories, seed ${SEED}: credits and money stay in proportion, and nothing is available while anything is owed`,
  async () => {
    const examples = EXAMPLES.map((one): [Step[]] => [one]);
    const tell = progressOf(HISTORIES, 'histories held');
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 6, maxLength: 24 }), async (steps) => {
        const player = new Player();
        for (const one of steps) {
          await player.play(one);
          if (LOOKING.has(one.do)) await player.follow();
        }
        for (const { id } of player.purchases) await looks.look(id);
        await player.follow();
        await player.judge();
        tell();
        forgetAll();
      }),
      { seed: SEED, numRuns: HISTORIES, endOnFailure: HISTORIES > 100, examples },
    );
    // The books are checked when the shop closes.
  },
  60_000 + HISTORIES * 2_000,
);
