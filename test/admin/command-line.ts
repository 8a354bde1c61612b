import { afterAll, beforeAll } from '@jest/globals';
import { mkdtempSync, rmSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openCredits, type OpenCredits } from '../support/credits.js';
import { createTestDatabase, type TestDatabase } from '../support/database.js';
import { runCommand, type Place } from './child.js';

/** `npm run credits` on a database of its own, for the tests of one file; the books are checked at the end. */
export function openCommandLine() {
  const dataDir = mkdtempSync(join(tmpdir(), 'creditgate-cli-'));
  let database: TestDatabase;
  const line = {
    open: undefined as unknown as OpenCredits,
    place: undefined as unknown as Place,
    credits: (...args: string[]) => runCommand(line.place, ...args),
    /** A file of balances with these lines. */
    balances: async (name: string, ...lines: string[]): Promise<string> => {
      const file = join(dataDir, name);
      await writeFile(file, `${lines.join('\n')}\n`);
      return file;
    },
  };

  beforeAll(async () => {
    database = await createTestDatabase();
    line.open = await openCredits(database.url);
    line.place = { databaseUrl: database.url, dataDir };
  });

  afterAll(async () => {
    await line.open.check();
    await line.open.close();
    await database.drop();
    rmSync(dataDir, { recursive: true, force: true });
  });

  return line;
}

export const answerOf = ({ out }: { out: string }) => JSON.parse(out);
