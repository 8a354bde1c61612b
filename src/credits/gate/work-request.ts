import type { IdempotencyKeyReusedError } from '../credits.errors.js';
import type { CreditsService } from '../credits.service.js';
import type { Hold } from '../credits.types.js';
import type { HostDatabase } from '../database/host-database.js';
import type { Taken } from '../held-work.js';
import type { InTransaction } from '../in-transaction.js';
import type { Answer, Answers } from './answers.js';
import type { ClaimedRequest } from './key-claim.js';
import type { RecordedAnswer } from './recorded-answer.js';

export interface WorkTools {
  credits: CreditsService;
  answers: Answers;
  database: HostDatabase;
}

/** What the gate knows of a request when it admits it. */
export interface WorkRequest extends ClaimedRequest {
  userId: string;
  hold?: Hold;
  /** How many units the hold is for. */
  units: number;
  /** The most the client agrees to pay. */
  maxCredits?: number;
  /** The member of an answer that says what became of the credits; false: none does. */
  answerMember: string | false;
  /** Whether the answer to a success says so at all. */
  tellsCredits: boolean;
}

export type Finishing = InTransaction & Taken;

/** What the answer to given up work is: recorded just now, or repeated because another was first. */
export interface GivenUp {
  recorded?: Omit<Answer, 'route'>;
  repetition?: RecordedAnswer | IdempotencyKeyReusedError;
}
