import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { Logger } from '@nestjs/common';
import { randomUUID } from 'node:crypto';
import { mkdir, readdir, rm, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { OrphanSweeper } from '../../src/library/orphan-sweeper.js';
import { openProduct, upload, type Product } from '../app/product.js';
import { fileOf } from '../files/files.js';

let product: Product;
let sweeper: OrphanSweeper;
const told: string[] = [];

beforeAll(async () => {
  product = await openProduct();
  await product.open('owner', 100);
  sweeper = product.app.get(OrphanSweeper, { strict: false });
  const note = (message: unknown) => void told.push(String(message));
  Logger.overrideLogger({ log: note, warn: note, error: note });
});
afterAll(async () => {
  Logger.overrideLogger(false);
  await product.close();
});

const placeOf = (...path: string[]) => join(product.dataDir, 'files', ...path);
const listOf = (folder: string) => readdir(placeOf(folder)).catch(() => [] as string[]);

async function age(path: string, minutes: number): Promise<void> {
  const time = new Date(Date.now() - minutes * 60_000);
  await utimes(path, time, time);
}

/** What a crash leaves between the rename of the files and the commit of their row. */
async function orphan(folder: string, minutes: number): Promise<string> {
  const id = randomUUID();
  await mkdir(placeOf(folder, id), { recursive: true });
  await writeFile(placeOf(folder, id, 'original'), 'x');
  await age(placeOf(folder, id), minutes);
  return id;
}

async function store(): Promise<string> {
  const init = upload(fileOf('audio', 'tone-sox.mp3'), 'song.mp3');
  const { body } = await product.call('owner', '/api/upload/audio', init);
  return body.id as string;
}

describe('the sweeper', () => {
  test.each(['recordings', 'documents', 'exports'])(
    'removes %s without a row once they are an hour old',
    async (folder) => {
      const [old, young] = [await orphan(folder, 61), await orphan(folder, 59)];
      await sweeper.sweep();
      const left = await listOf(folder);
      expect([left.includes(old), left.includes(young)]).toEqual([false, true]);
    },
  );

  test('removes staged files of a crash once they are an hour old', async () => {
    await mkdir(placeOf('incoming'), { recursive: true });
    for (const [name, minutes] of [
      ['old', 61],
      ['young', 59],
    ] as const) {
      await writeFile(placeOf('incoming', name), 'x');
      await age(placeOf('incoming', name), minutes);
    }
    await sweeper.sweep();
    expect(await listOf('incoming')).toEqual(['young']);
  });

  test('leaves alone what has a row, however old it is, and what is none of ours', async () => {
    const id = await store();
    await age(placeOf('recordings', id), 10_000);
    await mkdir(placeOf('recordings', 'lost+found'));
    await age(placeOf('recordings', 'lost+found'), 10_000);
    await sweeper.sweep();
    expect(await listOf('recordings')).toEqual(expect.arrayContaining([id, 'lost+found']));
  });

  test('tells of a row without its file, and keeps the row', async () => {
    const id = await store();
    await rm(placeOf('recordings', id), { recursive: true });
    await sweeper.sweep();
    expect(told).toContain(`recordings: rows without their file: ${id}`);
    expect((await product.call('owner', `/api/audio/${id}`)).status).toBe(200);
    await product.call('owner', `/api/audio/${id}`, { method: 'DELETE' });
    told.length = 0;
    await sweeper.sweep();
    expect(told).toEqual([]);
  });

  test('touches nothing when many files and not one row look like the wrong database', async () => {
    for (let count = 0; count < 20; count += 1) await orphan('documents', 61);
    const before = await listOf('documents');
    await sweeper.sweep();
    expect(await listOf('documents')).toEqual(before);
    expect(told.join()).toContain('is this their database?');
  });
});
