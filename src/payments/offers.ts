import { Inject, Injectable } from '@nestjs/common';
import { Environment } from '../config/environment.js';
import type { Pack } from '../config/offers.js';

/** What is sold, as everybody may see it. */
export interface Offer {
  offer: string;
  kind: 'pack';
  credits: number;
  /** In minor units. */
  amount: number;
  currency: string;
  expiresMonths: number | null;
}

@Injectable()
export class Offers {
  constructor(@Inject(Environment) private readonly environment: Pick<Environment, 'packs'>) {}

  list(): Offer[] {
    return this.environment.packs.map((pack) => ({ ...pack, kind: 'pack' }));
  }

  /** By its name, in capitals or not. */
  find(name: string): Pack | undefined {
    const { packs } = this.environment;
    return packs.find(({ offer }) => offer === name.toUpperCase());
  }

  /** Those that end the shortage come first, the cheapest of them at the top; of the others the largest is nearest. */
  for(shortfall: number): Offer[] {
    const suffices = ({ credits }: Offer) => credits >= shortfall;
    return this.list().sort((a, b) => {
      if (suffices(a) !== suffices(b)) return suffices(a) ? -1 : 1;
      return suffices(a) ? a.amount - b.amount : b.credits - a.credits;
    });
  }
}
