import { createHash } from 'node:crypto';

export const MB = 1024 * 1024;

/** The same on every machine, and packed to about a twentieth: what packs better is refused by its ratio alone. */
const LINES = times(4_000, (number) => {
  const salt = createHash('sha256').update(String(number)).digest('base64url').slice(0, 8);
  return `${salt} ${'x y z '.repeat(40)}`;
});

/** One text for all callers: a slice keeps alive what it was cut from. */
export function wordsOf(bytes) {
  return LINES.repeat(Math.ceil(bytes / LINES.length)).slice(0, bytes);
}

/** `line(0) + line(1) + …` */
export function times(count, line) {
  return Array.from({ length: count }, (_, number) => line(number)).join('');
}

export function filled(bytes, pattern) {
  return Buffer.alloc(bytes, pattern);
}
