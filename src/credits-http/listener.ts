/** For a user of whom it is not known how long they stay signed in. */
const UNTIL_RECONNECT_MS = 600_000;

/** The client of a stream: how long it may listen, and whether it would still be let in. */
export interface Listener {
  /** Milliseconds since 1970. */
  untilMs: number;
  isStillGood(): Promise<boolean>;
}

/** The host's guards only check a client when it connects, so the stream ends and it has to connect again. */
export function untilReconnect(): Listener {
  return { untilMs: Date.now() + UNTIL_RECONNECT_MS, isStillGood: () => Promise.resolve(true) };
}
