import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { parse } from 'csv-parse/sync';
import { CreditsService } from '../../src/credits/index.js';
import { fileOf } from '../files/files.js';
import { openProduct, upload, type Product } from './product.js';

let product: Product;

beforeAll(async () => {
  product = await openProduct({ CREDIT_TOPUP_URL: 'https://shop.example/credits' });
  await product.open('alice', 20);
  await product.open('bob', 20);
});
afterAll(() => product.close());

const artefacts = async (user: string) => {
  const { body } = await product.call(user, '/api/credits/history?kind=charge');
  return (body.data as { artefact: unknown }[]).map(({ artefact }) => artefact);
};

test('leads from each charge to what it paid for, while that exists', async () => {
  const text = await product.call('alice', '/api/upload/txt', upload('a text'));
  const audio = await product.call(
    'alice',
    '/api/upload/audio',
    upload(fileOf('audio', 'tone.mp2'), 'tone.wav'),
  );
  expect([text.status, audio.status]).toEqual([201, 415]);
  const tone = upload(fileOf('audio', 'tone.wav'), 'tone.wav');
  const recording = await product.call('alice', '/api/upload/audio', tone);
  const docx = await product.call('bob', '/api/docx', upload(fileOf('docx', 'letter.docx'), 'letter.docx'));
  expect(await artefacts('alice')).toEqual([
    { kind: 'recording', id: recording.body.id },
    { kind: 'document', id: text.body.id },
  ]);
  expect(await artefacts('bob')).toEqual([{ kind: 'document', id: docx.body.id }]);
  expect(Object.keys((await product.call('bob', '/api/documents')).body.data[0])).not.toContain('holdId');

  const csv = await product.call('alice', '/api/credits/history', { headers: { accept: 'text/csv' } });
  expect(parse<Record<string, string>>(csv.text, { columns: true })[0]).toMatchObject({
    artefactKind: 'recording',
    artefactId: recording.body.id,
  });

  expect((await product.call('alice', `/api/documents/${text.body.id}`, { method: 'DELETE' })).status).toBe(
    204,
  );
  expect(await artefacts('alice')).toEqual([{ kind: 'recording', id: recording.body.id }, null]);
});

test('shows work that came to nothing as not charged, with the reason', async () => {
  const { body } = await product.call('alice', '/api/credits/holds?state=released');
  expect(body.data).toEqual([
    expect.objectContaining({
      action: 'audio_upload',
      charged: 0,
      reason: expect.stringMatching(/MP2|MPEG|layer|recording|WAV/i),
    }),
  ]);
});

test('says with a 402 which work keeps the credits and until when, and where there are more', async () => {
  await product.open('carol', 16);
  const credits = product.app.get(CreditsService);
  const { id, expiresAt } = await credits.hold({ userId: 'carol', action: 'premium_export' });
  const { status, body } = await product.call('carol', '/api/upload/txt', upload('a text'));
  expect([status, body]).toEqual([
    402,
    expect.objectContaining({
      code: 'insufficient_credits',
      required: 3,
      available: 1,
      held: 15,
      holds: [{ id, action: 'premium_export', amount: 15, expiresAt }],
      topUpUrl: 'https://shop.example/credits',
    }),
  ]);
  await credits.release({ holdId: id });
});

test('tells an owner that it was somebody on duty, and never who', async () => {
  await product.open('dora', 20);
  const credits = product.app.get(CreditsService);
  const { entryId } = await credits.grant({ userId: 'dora', credits: 5, reason: 'sorry', actor: 'cli:root' });
  await credits.grant({ userId: 'dora', credits: 5, reason: 'signup', actor: 'signup' });
  await product.call('dora', '/api/upload/txt', upload('a text'));
  const doers = ['you', 'system', 'operator', 'operator'];
  const { body } = await product.call('dora', '/api/credits/history');
  expect(body.data.map(({ actor }: { actor: string }) => actor)).toEqual(doers);
  const csv = await product.call('dora', '/api/credits/history', { headers: { accept: 'text/csv' } });
  const rows = parse<Record<string, string>>(csv.text, { columns: true });
  expect(rows.map(({ actor }) => actor)).toEqual(doers);
  const line = await product.call('dora', `/api/credits/history/${entryId}`);
  expect(line.body.entry).toMatchObject({ reason: 'sorry', actor: 'operator' });
});
