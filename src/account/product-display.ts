import { Environment } from '../config/environment.js';
import { CreditsDisplayModule } from '../credits-display/index.js';

/** The display as the environment configures it. */
export const ProductDisplay = CreditsDisplayModule.forRootAsync({
  inject: [Environment],
  useFactory: ({ displayCacheTtlSeconds: ttlSeconds, lowBalanceCredits, logLevel }: Environment) => ({
    ttlSeconds,
    lowBalanceCredits,
    logsCopies: ['debug', 'trace'].includes(logLevel),
  }),
});
