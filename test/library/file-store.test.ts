import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { FileStore } from '../../src/library/file-store.js';

let dataDir: string;
let store: FileStore;
beforeAll(() => {
  dataDir = mkdtempSync(join(tmpdir(), 'creditgate-store-'));
  store = new FileStore(dataDir);
});
afterAll(() => rmSync(dataDir, { recursive: true, force: true }));

const has = async (id: string) => (await store.missing('documents', [id], 'text')).length === 0;

async function keep(id: string, writeRow: () => Promise<string>): Promise<unknown> {
  const text = await store.stageText('text');
  const kept = store.keepWith('documents', id, { text }, writeRow);
  return kept.catch((error: unknown) => error);
}

describe('files and the row that owns them', () => {
  test('are both there, the files first', async () => {
    let early = false;
    const answer = await keep('both', async () => {
      early = await has('both');
      return 'stored';
    });
    expect([answer, early]).toEqual(['stored', true]);
  });

  test('are neither there when the row was refused', async () => {
    await keep('refused', () => Promise.reject(new Error('a constraint says no')));
    expect(await has('refused')).toBe(false);
  });

  test('stay, for the sweeper to judge, when the answer to the commit was lost: the row may be there', async () => {
    const lost = Object.assign(new Error('read ECONNRESET'), { code: 'ECONNRESET' });
    expect(await keep('doubtful', () => Promise.reject(lost))).toBe(lost);
    expect(await has('doubtful')).toBe(true);
  });
});
