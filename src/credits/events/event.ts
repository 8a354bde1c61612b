/** The types of events. docs/events.md says when each happens, and what its data has. */
export const EVENT_TYPES = [
  'purchase.paid',
  'purchase.failed',
  'purchase.reversed',
  'purchase.suspect',
  'balance.low',
  'balance.exhausted',
  'credits.expiring',
  'credits.refilled',
  'wallet.owes',
  'subscription.ended',
] as const;
export type CreditsEventType = (typeof EVENT_TYPES)[number];

/** An event as a handler gets it. A webhook has the same, with the id in a header. */
export interface CreditsEvent {
  /** The same at every attempt, so that a repetition can be recognised. */
  id: string;
  type: CreditsEventType;
  /** When it happened, in RFC 3339. */
  timestamp: string;
  /** `userId` is null if money came in and it is not known from whom. */
  data: { userId: string | null } & Record<string, unknown>;
}

/** How it is delivered: by HTTP to the operator's address, or to a handler in the process. */
export type EventChannel = 'post' | 'handler';

/** The outcome of one attempt to deliver it. */
export interface Attempt {
  result: 'delivered' | 'refused' | 'redirected' | 'gone' | 'timeout' | 'unreachable' | 'threw';
  /** For operators: a status, or what the network said. */
  outcome: string;
  /** How long the receiver asked us to wait. */
  retryAfterSeconds?: number;
}
