import { createReadStream } from 'node:fs';
import { createInterface } from 'node:readline';
import { setTimeout as pause } from 'node:timers/promises';
import type { Work } from '../credits/index.js';
import { harmless } from '../routes/harmless.js';
import type { Sentence } from './sentences.js';

interface Speech {
  /** Where the sentences lie, one a line. */
  path: string;
  isLive: boolean;
  work: Work;
  signal: AbortSignal;
}

/**
 * The sentences as events, each read when the client has taken the one before: a client that takes none is charged for none.
 * At the end one event says what was charged.
 */
export async function* speak({ path, isLive, work, signal }: Speech): AsyncGenerator<string> {
  const lines = createInterface({ input: harmless(createReadStream(path, { signal })) });
  const beganAt = performance.now();
  let firstAt: number | undefined;
  let character = 0;
  work.use({ character });
  try {
    for await (const line of lines) {
      const { number, startSeconds, characters } = JSON.parse(line) as Sentence;
      firstAt ??= startSeconds;
      const dueAt = beganAt + (startSeconds - firstAt) * 1000;
      if (isLive) await pause(Math.max(0, dueAt - performance.now()), undefined, { signal });
      work.use({ character: (character += characters) });
      yield event('sentence', line, number);
    }
    const { charged, available } = await work.capture();
    yield event('credits', JSON.stringify({ charged, available }));
  } finally {
    lines.close();
  }
}

function event(name: string, data: string, id?: number): string {
  return `event: ${name}\n${id === undefined ? '' : `id: ${id}\n`}data: ${data}\n\n`;
}
