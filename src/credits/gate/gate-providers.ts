import { Admission } from './admission.js';
import { CreditsGuard } from './credits.guard.js';
import { CreditsInterceptor } from './credits.interceptor.js';
import { Failures } from './failures.js';
import { MisplacedGates } from './misplaced-gates.js';
import { PricedEndpoints } from './priced-endpoints.js';
import { ProblemReplies } from './problem-replies.js';
import { SentAnswers } from './sent-answers.js';

/** What `@RequireCredits` needs of the injector where it is used. */
export const GATE = [Admission, Failures, CreditsGuard, CreditsInterceptor] as const;

/** All of the gate, with the ledger in PostgreSQL or in memory. */
export const GATE_PROVIDERS = [
  ...GATE,
  PricedEndpoints,
  MisplacedGates,
  ProblemReplies,
  SentAnswers,
] as const;
