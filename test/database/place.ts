import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { eventually, isDown, sql, Starter } from './processes.js';

/** One DATA_DIR after the other, with the processes that use it. */
export class Place {
  private folder = '';
  private readonly started: Starter[] = [];

  get dataDir(): string {
    return join(this.folder, 'data');
  }

  get home(): string {
    return join(this.dataDir, 'postgres');
  }

  readonly make = () => {
    this.folder = mkdtempSync(join(tmpdir(), 'creditgate-embedded-'));
    // As root the server runs as another account, which has to pass through.
    chmodSync(this.folder, 0o755);
  };

  /** Of a server that still writes a file might come to be in a folder that is just being removed. */
  readonly remove = async () => {
    await this.stopAll();
    rmSync(this.folder, { recursive: true, force: true });
  };

  readonly start = async (): Promise<Starter> => {
    const starter = Starter.launch(this.dataDir);
    this.started.push(starter);
    await starter.url();
    return starter;
  };

  readonly stopAll = async () => {
    for (const starter of this.started.splice(0)) await starter.stop();
    await eventually('the server to be down', () => isDown(this.home));
  };
}

export async function writeRow(url: string): Promise<void> {
  await sql(url, "DROP TABLE IF EXISTS kept; CREATE TABLE kept AS SELECT 'committed' AS fact");
}

export const readRow = (url: string) => sql(url, 'SELECT fact FROM kept');

export const committed = [{ fact: 'committed' }];
