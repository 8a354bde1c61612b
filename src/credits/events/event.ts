/** What a host may be told. docs/events.md says when each happens, and what its data has. */
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

/** As a handler hears it and a receiver reads it; to a receiver the id comes as a header. */
export interface CreditsEvent {
  /** The same at every attempt, so that a host can tell what it has heard before. */
  id: string;
  type: CreditsEventType;
  /** When it happened, in RFC 3339. */
  timestamp: string;
  /** Null: money came in, and it is not known whose it is. */
  data: { userId: string | null } & Record<string, unknown>;
}

/** The two ways in which it is told: by HTTP to the operator's address, and in the process of a host. */
export type EventChannel = 'post' | 'handler';

/** What came of one attempt. */
export interface Attempt {
  result: 'delivered' | 'refused' | 'redirected' | 'gone' | 'timeout' | 'unreachable' | 'threw';
  /** For operators: a status, or what the network said. */
  outcome: string;
  /** How long the receiver asks to be left alone. */
  retryAfterSeconds?: number;
}
