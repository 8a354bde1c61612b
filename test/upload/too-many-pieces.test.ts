import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readAudio } from '../../src/upload/audio/read-audio.js';
import { fileOf } from '../files/files.js';

// Each of them is skipped in no time, and a million of them are nothing but a walk: it is ended by their number, which is
// the file's, and not by the time it takes, which is the machine's.

const ID3 = Buffer.from([0x49, 0x44, 0x33, 4, 0, 0, 0, 0, 0, 0]);
const TAG = `TAG${'\0'.repeat(125)}`;
const BRANDS_BYTES = '\0\x01\x38\x90';

const mp3 = fileOf('audio', 'tone-no-xing.mp3');
const wav = fileOf('audio', 'tone.wav');
const flac = fileOf('audio', 'tone.flac');
const m4a = fileOf('audio', 'tone.m4a');

function many(piece: string): Buffer {
  return latin1(piece.repeat(20_000));
}

function latin1(text: string): Buffer {
  return Buffer.from(text, 'latin1');
}

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'creditgate-pieces-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

test.each<[what: string, parts: Buffer[]]>([
  ['tags before an MP3', [many(TAG), mp3]],
  ['tags behind an MP3', [mp3, many(TAG)]],
  ['tags between the frames of an MP3', [mp3, many('LYRICSBEGINLYRICSEND'), mp3]],
  ['frames that their tag does not count', [ID3, many('TXXX\0\0\0\0\0\0'), mp3]],
  ['tags behind a FLAC', [flac, many(TAG)]],
  ['empty chunks of a WAV', [wav.subarray(0, 12), many('LIST\0\0\0\0'), wav.subarray(12)]],
  ['empty blocks of a FLAC', [latin1('fLaC'), many('\x01\0\0\0'), flac.subarray(4)]],
  [
    'brands of an M4A',
    [latin1(`${BRANDS_BYTES}ftypM4A \0\0\0\0`), many('isom'), m4a.subarray(m4a.readUInt32BE(0))],
  ],
])('a recording with too many %s is too complex', async (_what, parts) => {
  const path = join(folder, 'file');
  writeFileSync(path, Buffer.concat(parts));
  await expect(readAudio(path)).rejects.toMatchObject({ code: 'file_too_complex' });
});
