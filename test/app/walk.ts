import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { Product } from './product.js';

const WITHIN_MS = 170_000;
const root = join(import.meta.dirname, '../..');

export function documentOf(path: string): string {
  return readFileSync(join(root, path), 'utf8');
}

/**
 * Run shell lines of a document as they stand, against the product instead of its usual address. In a folder of
 * their own, and each answer on a line of its own. Answers what was printed, line by line. Lines that wait for something
 * that never comes are ended, or they would outlive the test.
 */
export async function walk(script: string, { url, dataDir }: Product): Promise<string[]> {
  const folder = mkdtempSync(join(tmpdir(), 'creditgate-walk-'));
  const prelude = `set -eo pipefail; npm() { command npm --prefix '${root}' "$@"; }; curl() { command curl "$@"; echo; }\n`;
  const env = { ...process.env, DATA_DIR: dataDir };
  const lines = script.replaceAll('http://127.0.0.1:3000', url);
  try {
    const { stdout } = await promisify(execFile)('bash', ['-c', prelude + lines], {
      cwd: folder,
      env,
      timeout: WITHIN_MS,
      killSignal: 'SIGKILL',
    });
    return stdout.trim().split('\n');
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
