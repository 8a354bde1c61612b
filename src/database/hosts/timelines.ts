import { Logger } from '@nestjs/common';
import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { SQLSTATE } from '../../credits/plumbing.js';
import type { ServerTimeline } from './server-facts.js';

export const FILE_NAME = 'timelines.json';

/** A server that was the primary before another one was promoted. It may have come back, and knows nothing of later changes. */
export class FormerPrimaryError extends Error {
  override name = 'FormerPrimaryError';
  readonly code = SQLSTATE.cannotConnectNow;
}

/**
 * The latest timeline seen of each system, in a file beside the keys, because a database cannot tell that it is out of date.
 * The file is not part of a backup, so a restore begins anew; any other database is another system and begins anew, too.
 */
export class Timelines {
  readonly #path: string | undefined;
  readonly #latest = new Map<string, number>();
  readonly #logger = new Logger('Database');
  #isHiddenTold = false;

  /** Without a folder they are remembered as long as this process runs. */
  constructor(folder?: string) {
    this.#path = folder === undefined ? undefined : join(folder, FILE_NAME);
  }

  /** Remembered where it is later than any before. @throws FormerPrimaryError */
  admit(history: ServerTimeline): void {
    this.refuseFormer(history);
    const { system, timeline } = history;
    if (timeline === this.#latest.get(system)) return;
    this.#latest.set(system, timeline);
    this.#write();
  }

  /** @throws FormerPrimaryError */
  refuseFormer({ system, timeline }: ServerTimeline): void {
    this.#read();
    const latest = this.#latest.get(system) ?? 0;
    if (timeline >= latest) return;
    throw new FormerPrimaryError(
      `Not connected: the server is a former primary, on timeline ${timeline} where ${latest} was seen. ` +
        `If it was meant to go back, remove ${this.#path ?? 'nothing and start again'}`,
    );
  }

  tellHidden(): void {
    if (this.#isHiddenTold) return;
    this.#isHiddenTold = true;
    this.#logger.warn(
      'The server does not tell its timeline: a former primary that comes back after a failover would be believed',
    );
  }

  /** Instances that share the folder share what they have seen. */
  #read(): void {
    if (this.#path === undefined) return;
    for (const [system, timeline] of Object.entries(readKept(this.#path))) {
      if (timeline > (this.#latest.get(system) ?? 0)) this.#latest.set(system, timeline);
    }
  }

  #write(): void {
    if (this.#path === undefined) return;
    try {
      mkdirSync(join(this.#path, '..'), { recursive: true, mode: 0o700 });
      const written = `${this.#path}.${process.pid}`;
      writeFileSync(written, JSON.stringify(Object.fromEntries(this.#latest)), { mode: 0o600 });
      renameSync(written, this.#path);
    } catch (error) {
      this.#logger.warn(`The timeline is remembered until the end of this process only: ${String(error)}`);
    }
  }
}

function readKept(path: string): Record<string, number> {
  try {
    return JSON.parse(readFileSync(path, 'utf8')) as Record<string, number>;
  } catch {
    // There is none yet. A damaged file is written anew with what is seen now.
    return {};
  }
}
