import { CreditsProblem as Refusal } from '../../../client/problem.js';

export { CreditsProblem as Refusal, Unreachable, isProblem } from '../../../client/problem.js';

/** What to tell somebody about whatever went wrong. */
export function wordsFor(error: unknown): string {
  if (!(error instanceof Error)) return 'Something went wrong.';
  const isOurs = error instanceof Refusal && error.code === 'internal' && error.requestId !== null;
  return isOurs ? `${error.message} To report it, name the request ${error.requestId}.` : error.message;
}

/** What to send to somebody who is asked about a refusal; null where it was none of the server's. */
export function reportOf(error: unknown, what: string): string | null {
  if (!(error instanceof Refusal) || error.requestId === null) return null;
  const { message, code, requestId } = error as Refusal;
  const facts = { What: what, Answer: message, Code: code, 'Request id': requestId };
  return Object.entries(facts)
    .map(([label, value]) => `${label}: ${value}`)
    .join('\n');
}
