import type { Shortage } from '../credits.errors.js';

/** The body of a 402, unless the host's own exception filters change it. */
export interface InsufficientCreditsProblem extends Shortage {
  type: string;
  title: string;
  status: 402;
  detail: string;
  code: 'insufficient_credits';
  /** required + owed − available */
  shortfall: number;
}
