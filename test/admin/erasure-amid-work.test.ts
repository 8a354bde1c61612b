import { describe, expect, jest, test } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { request, type IncomingMessage } from 'node:http';
import { DataSource } from 'typeorm';
import { Export } from '../../src/library/export.entity.js';
import { ExportsService } from '../../src/library/exports.service.js';
import { FileStore } from '../../src/library/file-store.js';
import { upload } from '../app/product.js';
import { signedIn } from '../support/app.js';
import { until } from '../support/until.js';
import { json, openDesk } from './desk.js';
import { filesIn, tablesWith } from './traces.js';

const desk = openDesk({ CREDIT_SIGNUP_GRANT: '100' });
const TEXT = 'Chapter One\n\nIt was a dark night.\n';
const rowsWith = (text: string) => tablesWith(desk.product, text);
const filesOf = (folder: string) => filesIn(desk.product, folder);

describe('an erasure while work runs', () => {
  const exportOf = (userId: string, documentId: string, format: string) =>
    desk.product.call(
      userId,
      '/api/export',
      json('POST', { format, documentIds: [documentId] }, randomUUID()),
    );

  async function writer() {
    const userId = `writer-${randomUUID()}`;
    const { body } = await desk.product.call(userId, '/api/upload/txt', upload(TEXT, 'diary.txt'));
    return { userId, documentId: body.id as string };
  }

  const waiting = async (count: number) => {
    const { rows } = await desk.product.sql.query(
      `SELECT FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = current_database()`,
    );
    return rows.length === count;
  };

  test.each(['json', 'pdf'])('leaves nothing of a %s export that is about to be stored', async (format) => {
    const { userId, documentId } = await writer();
    const before = filesOf('exports');
    const client = await desk.product.sql.connect();
    await client.query('BEGIN; LOCK TABLE library.exports IN SHARE MODE');
    const exporting = exportOf(userId, documentId, format);
    await until(() => waiting(1));
    const erasing = desk.erase(userId);
    await until(() => waiting(2));
    await client.query('COMMIT');
    client.release();
    expect((await erasing).status).toBe(200);
    const { status, body } = await exporting;
    // A paid one may find its hold released, or no wallet of that name.
    expect([
      [404, 'not_found'],
      [409, 'hold_already_resolved'],
    ]).toContainEqual([status, body.code]);
    expect([await rowsWith(userId), filesOf('exports')]).toEqual([[], before]);
  });

  test('waits for an export that is being stored, and takes it along', async () => {
    const { userId, documentId } = await writer();
    const exports = desk.product.app.get(ExportsService);
    const file = await desk.product.app.get(FileStore).stageText('{}');
    const facts = { format: 'json' as const, title: 'Diary', filename: 'Diary.json', bytes: 2 };
    const made = { id: randomUUID(), userId, holdId: null, ...facts, sha256: file.sha256 };
    let erasing: Promise<unknown> = Promise.resolve();
    await desk.product.app.get(DataSource).transaction(async (tx) => {
      await tx.insert(Export, made);
      await exports.requireSources(userId, { documents: [documentId], recordings: [] }, tx);
      erasing = desk.erase(userId);
      await until(() => waiting(1));
    });
    expect(await erasing).toMatchObject({ status: 200, body: { deleted: { exports: 1 } } });
    expect(await rowsWith(userId)).toEqual([]);
  });

  test('answers an export whose files are gone under its hands as one of what is not there', async () => {
    const { userId, documentId } = await writer();
    const files = desk.product.app.get(FileStore);
    const newPath = files.newPath.bind(files);
    const spy = jest.spyOn(files, 'newPath').mockImplementationOnce(async () => {
      await desk.erase(userId);
      return newPath();
    });
    const { status, body } = await exportOf(userId, documentId, 'txt');
    spy.mockRestore();
    expect([status, body.code]).toEqual([404, 'not_found']);
    expect(await rowsWith(userId)).toEqual([]);
  });

  test('records no answer for a paid request that fails after it', async () => {
    const userId = `uploader-${randomUUID()}`;
    const form = upload('no document at all', 'a.docx').body as FormData;
    const whole = new Request('http://any', { method: 'POST', body: form });
    const bytes = Buffer.from(await whole.arrayBuffer());
    const asked = request(`${desk.product.url}/api/docx`, {
      method: 'POST',
      headers: {
        ...(await signedIn(userId)),
        'content-type': whole.headers.get('content-type')!,
        'content-length': bytes.length,
        'idempotency-key': randomUUID(),
      },
    });
    const answered = once(asked, 'response');
    asked.write(bytes.subarray(0, 200));
    await until(async () => (await rowsWith(userId)).includes('credits.wallets'));
    await desk.erase(userId);
    asked.end(bytes.subarray(200));
    const [response] = (await answered) as [IncomingMessage];
    response.resume();
    expect(response.statusCode).toBe(415);
    expect(await rowsWith(userId)).toEqual([]);
  });
});
