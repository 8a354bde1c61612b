import type { CreditsService } from '../../src/credits/credits.service.js';
import type { Receipt } from '../../src/credits/credits.types.js';
import type { Call } from './history.js';
import { NEVER, Refusal, type ModelEntry, type ModelHold } from '../../src/credits/testing/glass.js';
import type { ModelWallet } from '../../src/credits/testing/model.js';

export const HOUR = 3_600_000;

const SECONDS = 3_600;
const by = { reason: 'a step of the history', actor: 'model' };

/** What a call made on the model: an entry, a hold or nothing to name later. */
export type Made = ModelEntry | ModelHold | void;

/** What the product answered: a receipt, a hold, a balance or nothing. */
export type Answer = Partial<Receipt> & { id?: string };

/** What both sides know: a wallet by its user's id, or a hold or an entry by its own. */
export interface Known {
  id: string;
  wallet: ModelWallet;
  made?: Made;
  /** Of a hold: its price is one by the piece. */
  isByPiece?: boolean;
}

/**
 * The call on the product; `id` is the user's, the hold's or the entry's. The first hold at a price by the piece waits for
 * the price list to be stored, so only a call that comes alone is one.
 */
export function onProduct(
  credits: CreditsService,
  now: number,
  call: Call,
  id: string,
  isAlone: boolean,
): Promise<Answer | void> {
  switch (call.verb) {
    case 'charge':
      return credits.charge({ userId: id, action: 'work', credits: call.credits });
    case 'hold':
      return credits.hold({
        userId: id,
        action: isAlone ? 'piece_work' : 'work',
        credits: call.credits,
        ttlSeconds: call.hours * SECONDS,
      });
    case 'capture':
      return credits.capture({ holdId: id, credits: call.credits });
    case 'release':
      return credits.release({ holdId: id });
    case 'extend':
      return credits.extend({ holdId: id, ttlSeconds: call.hours * SECONDS });
    case 'grant': {
      const { priority, category, hours } = call;
      const expiresAt = hours === null ? null : new Date(now + hours * HOUR);
      return credits.grant({ userId: id, credits: call.credits, priority, category, expiresAt, ...by });
    }
    case 'adjust':
      return credits.adjust({ userId: id, credits: call.change, ...by });
    case 'refund':
      return credits.refund({ entryId: id, credits: call.credits, ...by });
    case 'clawback':
    case 'restore':
      return credits[call.verb]({ entryId: id, credits: call.credits, ...by });
  }
}

/** The same on the model. */
export function onModel(known: Known | undefined, now: number, call: Call): Made {
  if (known === undefined) throw new Refusal('not_found');
  const { wallet, made: named } = known;
  switch (call.verb) {
    case 'charge':
      return wallet.charge(call.credits);
    case 'hold':
      return wallet.hold(call.credits, call.hours * HOUR);
    case 'capture':
      return wallet.capture(named as ModelHold, call.credits);
    case 'release':
      return wallet.release(named as ModelHold);
    case 'extend':
      return wallet.extend(named as ModelHold, call.hours * HOUR);
    case 'grant': {
      const { credits, priority, category, hours } = call;
      return wallet.grant(credits, {
        priority,
        category,
        expiresAt: hours === null ? NEVER : now + hours * HOUR,
      });
    }
    case 'adjust':
      return wallet.adjust(call.change);
    case 'refund':
      return wallet.refund(named as ModelEntry, call.credits);
    case 'clawback':
    case 'restore':
      return wallet[call.verb](named as ModelEntry, call.credits);
  }
}

/**
 * The order in which calls made in one turn are decided, as indexes. A batch takes one call of every lane in turn,
 * and never two on one hold (`ids` names it): the second rides the next batch, and what is behind it in its lane.
 */
export function orderOfDeparture(
  calls: readonly Call[],
  ids: readonly string[],
  lanes: readonly string[],
): number[] {
  const waiting = [...new Set(lanes)].map((lane) => [...calls.keys()].filter((n) => lanes[n] === lane));
  const order: number[] = [];
  while (order.length < calls.length) {
    const holds = new Set<string>();
    const ready = waiting.filter((lane) => lane.length > 0);
    // A lane that has more comes round again behind the others.
    for (const lane of ready) {
      const n = lane[0]!;
      if ('hold' in calls[n]!) {
        if (holds.has(ids[n]!)) continue;
        holds.add(ids[n]!);
      }
      order.push(n);
      lane.shift();
      if (lane.length > 0) ready.push(lane);
    }
  }
  return order;
}
