import { Inject, Injectable } from '@nestjs/common';
import { Environment } from '../config/environment.js';
import type { Pack } from '../config/packs.js';
import type { Plan } from '../config/plans.js';

/** What is sold, as everybody may see it. */
export interface Offer {
  offer: string;
  kind: 'pack' | 'plan';
  /** Of a plan: each month. */
  credits: number;
  /** In minor units. */
  amount: number;
  currency: string;
  /** Of a pack: how long its credits last; null: for ever. */
  expiresMonths: number | null;
  /** Of a plan: how often it is paid; null: once. */
  interval: 'month' | 'year' | null;
  /** Of a plan: how many of a month's credits may be carried into the next. */
  carry: number;
  trial: Plan['trial'];
}

@Injectable()
export class Offers {
  constructor(@Inject(Environment) private readonly environment: Pick<Environment, 'packs' | 'plans'>) {}

  list(): Offer[] {
    const { packs, plans } = this.environment;
    return [...packs.map(ofPack), ...plans.map(ofPlan)];
  }

  /** By its name, in capitals or not. */
  find(name: string): Pack | Plan | undefined {
    const { packs, plans } = this.environment;
    return [...packs, ...plans].find(({ offer }) => offer === name.toUpperCase());
  }

  /**
   * Those that end the shortage come first, the cheapest of them at the top; of the others the largest is nearest. Money
   * of several currencies does not compare: then the smallest that suffices is at the top.
   */
  for(shortfall: number): Offer[] {
    const all = this.list();
    const suffices = ({ credits }: Offer) => credits >= shortfall;
    const cost = new Set(all.map(({ currency }) => currency)).size > 1 ? 'credits' : 'amount';
    return all.sort((a, b) => {
      if (suffices(a) !== suffices(b)) return suffices(a) ? -1 : 1;
      return suffices(a) ? a[cost] - b[cost] : b.credits - a.credits;
    });
  }
}

function ofPack(pack: Pack): Offer {
  return { kind: 'pack', ...pack, interval: null, carry: 0, trial: null };
}

function ofPlan({ months, ...plan }: Plan): Offer {
  return { kind: 'plan', ...plan, expiresMonths: null, interval: months === 1 ? 'month' : 'year' };
}
