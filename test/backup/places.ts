import { spawn, type ChildProcess } from 'node:child_process';
import { createHash, randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { environmentOf, startProgram, type CommandResult } from '../admin/child.js';

const dist = join(import.meta.dirname, '../../dist');

/** Where a product keeps what is its own; without a database URL it has an embedded one. */
export interface Place {
  dataDir: string;
  databaseUrl?: string;
}

/** A folder that the embedded server's account can pass through. */
export function makeFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'creditgate-backup-'));
  chmodSync(folder, 0o755);
  return folder;
}

export const removeFolder = (folder: string) => rmSync(folder, { recursive: true, force: true });

/** Survives the end of its server. */
export async function connect(url: string): Promise<pg.Client> {
  const connected = new pg.Client({ connectionString: url });
  connected.on('error', () => undefined);
  await connected.connect();
  return connected;
}

/** A document with its files, as the library keeps one. */
export async function storeDocument(
  client: pg.Client,
  dataDir: string,
  text = 'It was a dark night.',
): Promise<string> {
  const id = randomUUID();
  await client.query(
    `INSERT INTO library.documents (id, user_id, kind, title, filename, bytes, sha256, characters, words, paragraphs)
     VALUES ($1, 'alice', 'txt', E'A \\\\ and a\\nline', 'a.txt', $2, $3, 20, 5, 1)`,
    [id, text.length, createHash('sha256').update(text).digest('hex')],
  );
  const path = join(dataDir, 'files/documents', id);
  mkdirSync(path, { recursive: true });
  writeFileSync(join(path, 'original'), text);
  writeFileSync(join(path, 'blocks.json'), '[]');
  return id;
}

export function envOf({ dataDir, databaseUrl }: Place): NodeJS.ProcessEnv {
  const env = environmentOf({ dataDir, databaseUrl: databaseUrl ?? '' });
  return { ...env, CREDIT_SIGNUP_GRANT: '100', CREDIT_COST_PREMIUM_EXPORT: '1' };
}

export function run(place: Place, program: string, ...args: string[]): Promise<CommandResult> {
  return startProgram(`cli/${program}.js`, envOf(place), args).result;
}

export interface Running {
  url: string;
  stop(): Promise<void>;
}

/** The product, in a process of its own. */
export async function serve(place: Place): Promise<Running> {
  const child: ChildProcess = spawn(process.execPath, [join(dist, 'main.js')], {
    cwd: dist,
    env: envOf(place),
  });
  child.stderr!.pipe(process.stderr);
  const [line] = (await once(child.stdout!, 'data')) as [Buffer];
  return {
    url: String(line).trim().replace(/\/$/, ''),
    async stop() {
      const closed = once(child, 'close');
      child.kill('SIGTERM');
      await closed;
    },
  };
}
