const OURS = '/problems';

let base = OURS;

/**
 * Where the host's pages on problems are. One for the process, and the last to start says it: a refusal is made where
 * no options are at hand, and looks alike whether the gate throws it or a handler lets it pass.
 */
export function problemsAreAt(address: string = OURS): void {
  base = address.replace(/\/+$/, '');
}

/** The `type` of a problem, RFC 9457: an address of its page. */
export function typeOf(code: string): string {
  return `${base}/${code.replaceAll('_', '-')}`;
}

/** The bodies of refusals: by them it is known what is said to be a problem. */
export const REFUSALS = new WeakSet<object>();
