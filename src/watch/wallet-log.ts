import { Injectable, Logger, type OnModuleInit } from '@nestjs/common';
import { CreditsService } from '../credits/index.js';
import { type WalletChange } from '../credits/plumbing.js';

/** One line for each change of a wallet that this process made, from what it was to what it is. */
@Injectable()
export class WalletLog implements OnModuleInit {
  readonly #logger = new Logger('Wallet');

  constructor(private readonly credits: CreditsService) {}

  onModuleInit(): void {
    this.credits.changes.subscribe((userId, version, change) => {
      if (change === undefined || change.verb === 'settle' || change.verb === 'extend') return;
      const { verb, balance, held } = change;
      const before = balance - gainOf(change);
      this.#logger.log(
        `${userId}: ${verb}, balance ${before} → ${balance}, held ${held}, version ${version}`,
      );
    });
  }
}

/** The kinds of change that alter `held` and not `balance`. */
const HOLDS = new Set(['hold', 'take', 'raise', 'release']);

function gainOf({ verb, amount, collected }: WalletChange): number {
  if (verb === 'charge' || verb === 'capture' || verb === 'clawback') return -amount - collected;
  return (HOLDS.has(verb) ? 0 : amount) - collected;
}
