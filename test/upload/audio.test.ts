import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { createHash } from 'node:crypto';
import { connect } from 'node:net';
import { openProduct, upload, type Product } from '../app/product.js';
import { fileOf } from '../files/files.js';
import { ReadingRoom } from '../../src/library/reading-room.js';
import { signedIn } from '../support/app.js';
import { until } from '../support/until.js';
import { costsNothing, expectProblem, halfAnUpload } from './costs-nothing.js';
import { badAudio } from './bad-audio.js';
import { takeSeats } from '../export/shelf.js';

let product: Product;
let users = 0;

beforeAll(async () => {
  product = await openProduct({ MAX_AUDIO_BYTES: '60000' });
});
afterAll(() => product.close());

async function richUser(credits = 10): Promise<string> {
  users += 1;
  await product.open(`singer-${users}`, credits);
  return `singer-${users}`;
}
const send = (user: string, bytes: Uint8Array, name = 'take.bin', headers = {}) =>
  product.call(user, '/api/upload/audio', upload(bytes, name, headers));

const samples: Record<string, string> = {
  wav: 'tone.wav',
  mp3: 'tone-vbr.mp3',
  flac: 'tone.flac',
  ogg: 'tone-opus.ogg',
  m4a: 'tone.m4a',
};

describe('a recording', () => {
  test.each(['wav', 'mp3', 'flac', 'ogg', 'm4a'])(
    'of kind %s is stored, described and charged 2',
    async (container) => {
      const user = await richUser();
      const bytes = fileOf('audio', samples[container]!);
      const { status, headers, body } = await send(user, bytes, 'holiday.jpg');
      expect([status, body.code]).toEqual([201, undefined]);
      expect(body).toEqual({
        id: expect.stringMatching(/^[0-9a-f-]{36}$/),
        filename: 'holiday.jpg',
        bytes: bytes.length,
        sha256: createHash('sha256').update(bytes).digest('hex'),
        container,
        codec: expect.any(String),
        durationSeconds: expect.any(Number),
        sampleRate: expect.any(Number),
        channels: expect.any(Number),
        bitrate: expect.any(Number),
        credits: expect.objectContaining({ charged: 2, available: 8, held: 0 }),
      });
      expect([headers.get('x-credits-charged'), headers.get('x-credits-remaining')]).toEqual(['2', '8']);
      const { credits: _, ...recording } = body;
      expect((await product.call(user, '/api/audio')).body.data).toEqual([
        { ...recording, createdAt: expect.any(String) },
      ]);
    },
  );

  test('is charged once for a key, and answered byte for byte again', async () => {
    const user = await richUser();
    const key = { 'idempotency-key': 'recording-0001' };
    const bytes = fileOf('audio', 'tone.flac');
    const first = await send(user, bytes, 'a.flac', key);
    const again = await send(user, bytes, 'a.flac', key);
    expect([again.status, again.text]).toEqual([201, first.text]);
    expect((await send(user, fileOf('audio', 'tone.wav'), 'a.flac', key)).body.code).toBe(
      'idempotency_key_reused',
    );
    expect(await product.balance(user)).toMatchObject({ balance: 8, held: 0 });
    expect((await product.call(user, '/api/audio')).body.data).toHaveLength(1);
  });
});

describe('costs nothing and leaves nothing', () => {
  test.each(badAudio)('%s', async (_what, bytes, status, code) => {
    const user = await richUser();
    await costsNothing(product, async () => {
      const started = performance.now();
      expectProblem(await send(user, bytes, 'song.mp3'), status, code);
      expect(performance.now() - started).toBeLessThan(10_000);
    });
  });

  test('a file larger than allowed, announced or not', async () => {
    const user = await richUser();
    for (const bytes of [60_001, 500_000]) {
      await costsNothing(product, async () =>
        expectProblem(await send(user, Buffer.alloc(bytes)), 413, 'payload_too_large'),
      );
    }
  });

  test('a refusal is the answer for its key', async () => {
    const user = await richUser();
    const key = { 'idempotency-key': 'recording-0002' };
    const first = await send(user, Buffer.from('no song'), 'a.wav', key);
    const again = await send(user, Buffer.from('no song'), 'a.wav', key);
    expect([again.status, again.text]).toEqual([415, first.text]);
    expect(again.headers.get('idempotent-replayed')).toBe('true');
  });

  test('a handler that fails after the file is in its place', async () => {
    const user = await richUser();
    await product.sql.query(
      `ALTER TABLE library.recordings ADD CONSTRAINT no_poison CHECK (filename <> 'poison.wav')`,
    );
    await costsNothing(product, async () =>
      expectProblem(await send(user, fileOf('audio', 'tone.wav'), 'poison.wav'), 500, 'internal'),
    );
  });

  test('a client that leaves in mid-upload', async () => {
    const user = await richUser();
    const { authorization } = await signedIn(user);
    const leave = async () => {
      const socket = connect(Number(new URL(product.url).port), '127.0.0.1');
      socket.write(halfAnUpload('/api/upload/audio', authorization!, fileOf('audio', 'tone.wav'), 50_000));
      await until(async () => (await product.balance(user)).held === 2);
      socket.destroy();
      await until(async () => (await product.balance(user)).held === 0);
    };
    await costsNothing(product, leave, { eventually: true });
  });

  test('a client that leaves while its recording is read', async () => {
    const user = await richUser();
    const room = product.app.get(ReadingRoom, { strict: false });
    const leave = async () => {
      const others = takeSeats(room, 60);
      const client = new AbortController();
      const init = { ...upload(fileOf('audio', 'tone.wav')), signal: client.signal };
      const request = expect(product.call(user, '/api/upload/audio', init)).rejects.toThrow();
      await until(() => room.waiting === 1);
      client.abort();
      await request;
      await until(async () => (await product.balance(user)).held === 0);
      await others.leave();
      await until(() => room.running === 0);
    };
    await costsNothing(product, leave, { eventually: true });
  });
});
