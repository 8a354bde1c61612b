/**
 * The door of the routes on which users read their own credits. What they write, they write through the host's own
 * paid endpoints.
 */
export { CreditsHttpModule } from './credits-http.module.js';
export type { CreditsHttpAsyncOptions, CreditsHttpOptions } from './credits-http.options.js';
export type { Listener } from './listener.js';
export { FIRST_COLUMNS, LATER_COLUMNS, LedgerHistory, type HistoryColumn } from './history.js';
