export { CreditsProblem as Refusal, Unreachable, isProblem } from '../../../client/problem.js';

/** What to tell somebody about whatever went wrong. */
export function wordsFor(error: unknown): string {
  return error instanceof Error ? error.message : 'Something went wrong.';
}
