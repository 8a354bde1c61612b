import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { CreditsService, type GrantState } from '../credits/index.js';
import { PlanCredits, type Given } from './plans/plan-credits.js';
import type { PurchaseRow } from './purchase.js';
import { creditsToMove, lessRefills, type Due } from './target.js';

/** What is back of a purchase. */
export interface Back {
  clawed: number;
  /** Of its grants, as the money went. */
  taken: number;
  /** Of its grants, what lapsed and what an operator took. */
  gone: number;
  /** How many acts it took so far. */
  turn: number;
}

/** The credits of a purchase in the ledger: given once, and taken back or given again as the money goes. */
@Injectable()
export class PurchasedCredits {
  constructor(
    private readonly credits: CreditsService,
    private readonly plans: PlanCredits,
  ) {}

  async give(purchase: PurchaseRow, tx: EntityManager): Promise<Given> {
    if (purchase.terms !== null) return this.plans.give(purchase, tx);
    const { id, user_id: userId, credits, expires_months, provider } = purchase;
    const [row] = await tx.query<{ expires_at: Date | null }[]>(
      'SELECT clock_timestamp() + make_interval(months => $1) AS expires_at',
      [expires_months],
    );
    const receipt = await this.credits.grant(
      {
        userId: userId!,
        credits: Number(credits),
        category: 'paid',
        reason: `bought ${credits} credits`,
        actor: provider,
        expiresAt: row!.expires_at,
        idempotencyKey: `purchase:${id}`,
      },
      { tx },
    );
    return { entryId: receipt.entryId, allowanceId: null };
  }

  /**
   * The unused credits: neither spent nor held, less those that are back or on their way. Refills to come count as unused,
   * and so does what was carried into a later period.
   */
  async unused(purchase: PurchaseRow, due: Due, tx: EntityManager): Promise<number> {
    const { grants, coming } = await this.#stateOf(purchase, due, tx);
    return grants.reduce((sum, { left }) => sum + left, coming);
  }

  /** How many would be back, of these and of what is back by now, if so many had to be. Nothing is moved. */
  async wouldBeBack(purchase: PurchaseRow, due: Due, tx: EntityManager): Promise<number> {
    return (await this.#moveTo(due, purchase, tx)).back.clawed;
  }

  /** Takes credits back, or gives some again, until those are back that must be. */
  async bringBack(purchase: PurchaseRow, due: Due, tx: EntityManager): Promise<Back> {
    const { grants, cut, move, back } = await this.#moveTo(due, purchase, tx);
    if (purchase.allowance_id !== null) await this.plans.cut(purchase, cut.refills, tx);
    return { ...back, turn: await this.#move(purchase, grants, move, tx) };
  }

  async #moveTo(due: Due, purchase: PurchaseRow, tx: EntityManager) {
    const { grants, cut, ofGrants } = await this.#stateOf(purchase, due, tx);
    const sum = (member: 'granted' | 'takenBack' | 'lapsed') =>
      grants.reduce((total, grant) => total + grant[member], 0);
    const clawed = sum('takenBack');
    const lapsed = sum('lapsed');
    const byHand = Math.max(0, clawed - Number(purchase.taken));
    const move = creditsToMove(ofGrants, { credits: sum('granted'), clawed, byHand, lapsed });
    const back = {
      clawed: cut.credits + clawed + move,
      taken: clawed - byHand + move,
      gone: lapsed + byHand,
    };
    return { grants, cut, move, back };
  }

  /** Of what came last first. */
  async #move(purchase: PurchaseRow, grants: GrantState[], move: number, tx: EntityManager): Promise<number> {
    const { id, provider: actor } = purchase;
    let { turn } = purchase;
    let rest = Math.abs(move);
    for (const { entryId, granted, takenBack } of [...grants].reverse()) {
      const credits = Math.min(rest, move > 0 ? granted - takenBack : takenBack);
      if (credits === 0) continue;
      rest -= credits;
      turn += 1;
      const act = { entryId, credits, actor, idempotencyKey: `purchase:${id}:back:${turn}` };
      if (move > 0) await this.credits.clawback({ ...act, reason: 'the money went back' }, { tx });
      else await this.credits.restore({ ...act, reason: 'the money came again' }, { tx });
    }
    return turn;
  }

  /** Its grants, the first one first; of those to come as many are cut as their money is back. */
  async #stateOf(purchase: PurchaseRow, due: Due, tx: EntityManager) {
    const first = await this.credits.grantState({ entryId: purchase.entry_id! }, { tx });
    const { allowance_id: id } = purchase;
    if (id === null) return { grants: [first], cut: { refills: 0, credits: 0 }, coming: 0, ofGrants: due };
    const entries = await this.credits.allowanceRefills({ id }, { tx });
    const grants = [first];
    for (const entryId of entries.slice(1)) grants.push(await this.credits.grantState({ entryId }, { tx }));
    const coming = purchase.refills! - grants.length;
    const each = Number(purchase.credits) / purchase.refills!;
    const cutFor = (credits: number) => Math.min(coming, Math.floor(credits / each)) * each;
    const cut = cutFor(due.credits);
    return {
      grants,
      cut: { refills: cut / each, credits: cut },
      coming: coming * each - cut,
      ofGrants: lessRefills(due, cutFor),
    };
  }
}
