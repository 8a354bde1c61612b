import { createHash } from 'node:crypto';

export const MB = 1024 * 1024;

/** The same on every machine, and packed to about a twentieth: what packs better is refused by its ratio alone. */
export function wordsOf(bytes) {
  const lines = [];
  for (let number = 0, made = 0; made < bytes; number += 1, made += lines.at(-1).length) {
    const salt = createHash('sha256').update(String(number)).digest('base64url').slice(0, 8);
    lines.push(`${salt} ${'x y z '.repeat(40)}`);
  }
  return lines.join('').slice(0, bytes);
}

/** `line(0) + line(1) + …` */
export function times(count, line) {
  return Array.from({ length: count }, (_, number) => line(number)).join('');
}

export function filled(bytes, pattern) {
  return Buffer.alloc(bytes, pattern);
}
