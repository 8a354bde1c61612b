import type { Shortage } from '../credits.errors.js';

/** The body of a 402, as Nest answers it; what the host's own filters add is the host's. */
export interface InsufficientCreditsProblem extends Shortage {
  type: string;
  title: string;
  status: 402;
  detail: string;
  code: 'insufficient_credits';
  /** required + owed − available */
  shortfall: number;
}
