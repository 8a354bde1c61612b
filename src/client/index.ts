/**
 * The client for pages: the credits of the signed-in user, in any browser, without dependencies.
 */
export { CreditsClient, type CreditsClientOptions } from './client.js';
export { readEvents, type ServerEvent } from './events.js';
export { creditsHooks, type Asked, type Buying, type CreditsHooks, type Hooks } from './hooks.js';
export { LiveBalance, type ChangeListener, type Connection, type ShownBalance } from './live-balance.js';
export { CreditsProblem, Unreachable, isProblem, type ProblemCode, type ProblemMembers } from './problem.js';
export type { Call } from './send.js';
export type * from './types.js';
