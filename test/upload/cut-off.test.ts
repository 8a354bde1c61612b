import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readAudio } from '../../src/upload/audio/read-audio.js';
import { fileOf } from '../files/files.js';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'creditgate-audio-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

async function codeOf(bytes: Buffer): Promise<string> {
  const path = join(folder, 'take');
  writeFileSync(path, bytes);
  return readAudio(path).then(
    () => 'accepted',
    (error: { code?: string; message: string }) => error.code ?? error.message,
  );
}

/** Of these nobody can tell everywhere: neither their size nor the number of their frames is written in them. */
const sizeless = [
  'tone-piped.wav',
  'tone-no-xing.mp3',
  'tone-sox.mp3',
  'tone-id3v1.mp3',
  'tone-vbr-no-xing.mp3',
];

const sized = [
  'tone.wav',
  'tone-u-law.wav',
  'tone-tagged.wav',
  'tone-vbr.mp3',
  'tone-ffmpeg.mp3',
  'tone.flac',
  'tone-piped.flac',
  'tone-vorbis.ogg',
  'tone-opus.ogg',
  'tone.m4a',
  'tone-faststart.m4a',
  'tone-alac.m4a',
  'tone-fragmented.m4a',
];

describe('a recording that is cut off', () => {
  test.each(sized)('%s is refused wherever it ends', async (name) => {
    const bytes = fileOf('audio', name);
    // Without its last 128 bytes, a tag, one of them is whole.
    const ends = [1, 2, 3, 7, 127, 129, 500].map((missing) => bytes.length - missing);
    for (let part = 1; part < 40; part += 1) ends.push(Math.floor((bytes.length * part) / 40));
    const codes = [];
    for (const end of ends) codes.push(await codeOf(bytes.subarray(0, end)));
    expect(codes).toEqual(ends.map(() => 'file_corrupt'));
  });

  test('between two pages of an OGG is known by the page that is missing', async () => {
    const bytes = fileOf('audio', 'tone-vorbis.ogg');
    expect(await codeOf(bytes.subarray(0, bytes.lastIndexOf('OggS')))).toBe('file_corrupt');
  });

  test.each(sizeless)('%s is refused within its header and within a frame', async (name) => {
    const bytes = fileOf('audio', name);
    expect(await codeOf(bytes.subarray(0, 30))).toBe('file_corrupt');
    if (name.endsWith('.mp3'))
      expect(await codeOf(bytes.subarray(0, bytes.length - 140))).toBe('file_corrupt');
  });
});

describe('a recording with bits that are wrong', () => {
  // A generator with a seed, so that a failure comes again.
  let state = 20_261_123;
  const random = (below: number) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state % below;
  };

  test.each([...sized, ...sizeless])('%s is accepted or refused, and never a fault of ours', async (name) => {
    for (let round = 0; round < 40; round += 1) {
      const bytes = fileOf('audio', name);
      const reach = round % 2 === 0 ? 200 : bytes.length;
      for (let flips = 0; flips <= round % 5; flips += 1) bytes[random(reach)]! ^= 1 << random(8);
      expect(['accepted', 'file_corrupt', 'unsupported_file_type']).toContain(await codeOf(bytes));
    }
  });
});
