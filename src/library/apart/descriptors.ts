import { read, write, writev } from 'node:fs';

/** The files that a process apart is born with. */
export const INPUT = 3;
export const OUTPUT = 4;

/**
 * What a stream on one of them does. A stream that is destroyed in the middle, as by a refusal, closes its file even
 * with `autoClose: false`; these have to be open for the next work.
 */
export const KEPT_OPEN = {
  read,
  write,
  writev,
  close: (_descriptor: number, done?: (error: null) => void): void => done?.(null),
};
