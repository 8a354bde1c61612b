import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as delay } from 'node:timers/promises';
import pg from 'pg';
import { superuserUrl } from '../../src/database/embedded/cluster.js';

interface Fact {
  url?: string;
  ms?: number;
  progress?: string;
  error?: string;
  exitCode?: number;
}

const PROJECT = join(import.meta.dirname, '../..');

export interface StarterOptions {
  /** One that its user can reach. */
  checkout?: string;
  uid?: number;
}

/** A process of its own that has the embedded server of `dataDir`. */
export class Starter {
  readonly progress: string[] = [];
  private readonly exited: Promise<unknown>;

  private constructor(
    private readonly child: ChildProcess,
    readonly home: string,
    readonly fact: Promise<Fact>,
  ) {
    this.exited = new Promise((resolve) => child.once('close', resolve));
  }

  static launch(dataDir: string, { checkout, uid }: StarterOptions = {}): Starter {
    const script = join(checkout ?? PROJECT, 'test/database/starter.mjs');
    const child = spawn(process.execPath, [script, dataDir], {
      cwd: '/',
      stdio: ['pipe', 'pipe', 'inherit'],
      // A group of its own, like a command at a terminal.
      detached: true,
      ...(uid === undefined ? {} : { uid, gid: uid }),
    });
    const fact = new Promise<Fact>((resolve, reject) => {
      createInterface({ input: child.stdout }).on('line', (line) => {
        const said = JSON.parse(line) as Fact;
        if (said.progress) starter.progress.push(said.progress);
        if (said.url || said.error) resolve(said);
      });
      child.once('close', () => reject(new Error('the starter ended without a word')));
    });
    fact.catch(() => undefined);
    const starter: Starter = new Starter(child, join(dataDir, 'postgres'), fact);
    return starter;
  }

  static async start(dataDir: string, options?: StarterOptions): Promise<Starter> {
    const starter = Starter.launch(dataDir, options);
    await starter.url();
    return starter;
  }

  async url(): Promise<string> {
    const { url, error } = await this.fact;
    if (!url) throw new Error(error);
    return url;
  }

  /** The orderly way: gives the server back and ends. */
  async stop(): Promise<void> {
    this.child.stdin?.end();
    await this.exited;
  }

  async kill(signal: NodeJS.Signals): Promise<void> {
    this.child.kill(signal);
    await this.exited;
  }

  async killGroup(signal: NodeJS.Signals): Promise<void> {
    process.kill(-(this.child.pid ?? NaN), signal);
    await this.exited;
  }
}

export const postmasterPid = (home: string) =>
  Number(readFileSync(join(home, 'cluster/data/postmaster.pid'), 'utf8').split('\n')[0]);

export const supervisorPid = (home: string) =>
  (JSON.parse(readFileSync(join(home, 'supervisor.json'), 'utf8')) as { pid: number }).pid;

export const isDown = (home: string) => !existsSync(join(home, 'cluster/data/postmaster.pid'));

export async function eventually(what: string, holds: () => boolean | Promise<boolean>): Promise<void> {
  const deadline = Date.now() + 15_000;
  while (!(await holds())) {
    if (Date.now() > deadline) throw new Error(`In vain waited for: ${what}`);
    await delay(20);
  }
}

export async function sql(url: string, text: string): Promise<Record<string, unknown>[]> {
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 2000 });
  client.on('error', () => undefined);
  await client.connect();
  try {
    return (await client.query<Record<string, unknown>>(text)).rows;
  } finally {
    await client.end().catch(() => undefined);
  }
}

/** The product itself never connects as the superuser of its embedded server. */
export async function superuserUrlOf(starter: Starter): Promise<string> {
  const { port, pathname } = new URL(await starter.url());
  return superuserUrl(starter.home, Number(port), pathname.slice(1));
}

export const answers = (url: string) =>
  sql(url, 'SELECT 1').then(
    () => true,
    () => false,
  );
