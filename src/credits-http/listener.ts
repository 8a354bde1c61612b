/** Of somebody of whom it is not known how long they are signed in. */
const UNTIL_RECONNECT_MS = 600_000;

/** Who listens: until when at most, and whether they would still be let in. */
export interface Listener {
  untilMs: number;
  isStillGood(): Promise<boolean>;
}

/** The host's guards let a client in when it comes; so it is to come again. */
export function untilReconnect(): Listener {
  return { untilMs: Date.now() + UNTIL_RECONNECT_MS, isStillGood: () => Promise.resolve(true) };
}
