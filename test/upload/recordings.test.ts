import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readAudio } from '../../src/upload/audio/read-audio.js';
import type { AudioFacts } from '../../src/library/recording.entity.js';
import { fileOf } from '../files/files.js';
import { MP3_SECONDS, announcedMp3, chunk, mp3, wav, withDecoder } from './recordings.js';
import { ape, enhanced, id3, id3v1, lyrics3, lyrics3v2, zeroes } from './tags.js';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'creditgate-recordings-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

async function factsOf(...parts: Buffer[]): Promise<AudioFacts> {
  const path = join(folder, 'take');
  writeFileSync(path, Buffer.concat(parts));
  return readAudio(path);
}

const flac = fileOf('audio', 'tone.flac');
const ogg = fileOf('audio', 'tone-sox.ogg');
const opus = fileOf('audio', 'tone-opus.ogg');
const m4a = fileOf('audio', 'tone.m4a');
const html = Buffer.from(`<html>${'<p>text</p>'.repeat(99)}</html>`);
const stray = Buffer.from('TXXX\0\0\0\x05\0\0hello');

type Row = [what: string, seconds: number, ...parts: Buffer[]];

const tagged: Row[] = [
  ['MP3 alone', MP3_SECONDS, mp3()],
  ['MP3, ID3v2 and a hundred zeroes before', MP3_SECONDS, id3(), zeroes(100), mp3()],
  ['MP3, two ID3v2 before', MP3_SECONDS, id3(), id3({ version: 4, footer: true }), mp3()],
  ['MP3, ID3v2 that says less than it has', MP3_SECONDS, id3({ size: 280, said: 100 }), mp3()],
  ['MP3, ID3v2 with a frame that it does not count', MP3_SECONDS, id3(), stray, stray, zeroes(7), mp3()],
  ['MP3, ID3v2 of ten megabytes before', MP3_SECONDS, id3({ size: 10_000_000 }), mp3()],
  ['MP3, an APE tag before', MP3_SECONDS, ape(), mp3()],
  ['MP3, ID3v1 behind', MP3_SECONDS, mp3(), id3v1()],
  ['MP3, the enhanced ID3v1 behind', MP3_SECONDS, mp3(), enhanced()],
  ['MP3, APE of the first version behind', MP3_SECONDS, mp3(), ape({ version: 1000 })],
  [
    'MP3, APE of the first version and ID3v1 behind',
    MP3_SECONDS,
    mp3(),
    ape({ version: 1000, items: 9 }),
    id3v1(),
  ],
  ['MP3, APE of the second version and ID3v1 behind', MP3_SECONDS, mp3(), ape(), id3v1()],
  ['MP3, ID3v1 and then ID3v2.4 behind', MP3_SECONDS, mp3(), id3v1(), id3({ version: 4, footer: true })],
  ['MP3, Lyrics3 behind', MP3_SECONDS, mp3(), lyrics3(), id3v1()],
  ['MP3, the second Lyrics3 behind', MP3_SECONDS, mp3(), lyrics3v2(), id3v1()],
  ['MP3, zeroes, a tag and zeroes behind', MP3_SECONDS, mp3(), zeroes(4096), ape(), zeroes(100)],
  ['two MP3 with ID3v2', 2 * MP3_SECONDS, id3(), mp3(), id3(), mp3()],
  ['two MP3 with ID3v1', 2 * MP3_SECONDS, mp3(), id3v1(), mp3(), id3v1()],
  [
    'two MP3 with all tags',
    2 * MP3_SECONDS,
    id3(),
    mp3(),
    ape(),
    id3v1(),
    id3(),
    mp3(),
    lyrics3(),
    enhanced(),
  ],
  ['two MP3, APE of the first version between', 2 * MP3_SECONDS, mp3(), ape({ version: 1000 }), mp3()],
  ['three MP3 that announce themselves', 3 * MP3_SECONDS, ...[1, 2, 3].map(() => announcedMp3())],
  ['MP3 that announces, and one that does not', 2 * MP3_SECONDS, announcedMp3(), id3v1(), mp3()],
  ['FLAC, five kilobytes of ID3v2 before', 1, id3({ size: 5000 }), flac],
  ['FLAC, seventy kilobytes of ID3v2 before', 1, id3({ size: 70_000 }), flac],
  ['FLAC, two ID3v2 and zeroes before', 1, id3(), id3({ size: 300, said: 100 }), zeroes(5), flac],
  ['FLAC, ID3v1 behind', 1, flac, id3v1()],
  ['FLAC, APE behind', 1, flac, ape()],
  ['FLAC, APE of the first version and ID3v1 behind', 1, flac, ape({ version: 1000 }), id3v1()],
  ['FLAC, zeroes behind', 1, flac, zeroes(4096)],
  ['FLAC, zeroes and a tag behind', 1, flac, zeroes(33), ape()],
  ['OGG, zeroes behind', 2, ogg, zeroes(5000)],
  ['OGG, ID3v1 behind', 2, ogg, id3v1()],
  ['OGG, ID3v2 before', 2, id3({ size: 400 }), ogg],
  ['two OGG one after the other', 4, ogg, ogg],
  ['three OGG with Opus one after the other', 6, opus, opus, opus],
  ['two OGG and zeroes', 4, ogg, ogg, zeroes(10)],
  ['M4A, ID3v2 before', 2.02, id3(), m4a],
  ['M4A, zeroes and ID3v1 behind', 2.02, m4a, zeroes(64), id3v1()],
  ['WAV, ID3v2 before', 1, id3(), wav()],
  ['WAV, ID3v1 behind', 1, wav(), id3v1()],
];

describe('tags are skipped wherever they stand:', () => {
  test.each(tagged)('%s', async (_what, seconds, ...parts) => {
    expect((await factsOf(...parts)).durationSeconds).toBeCloseTo(seconds, 1);
  });

  test.each<[string, ...Buffer[]]>([
    ['HTML behind the mark of a tag', mp3(), Buffer.from('ID3'), html],
    [
      'HTML in what would be a tag of a version that never was',
      mp3(),
      Buffer.from('ID3<h\0\0\0\0\x09<html></>'),
    ],
    ['HTML behind a tag', mp3(), id3(), html],
    ['HTML behind zeroes', mp3(), zeroes(100), html],
    ['HTML between two recordings', mp3(), id3v1(), html, mp3()],
    ['HTML between a tag and sound', id3(), html, mp3()],
    ['a tag that is cut off', mp3(), id3({ size: 50, said: 5000 })],
    ['a first recording that is cut off before a second one', announcedMp3(40, 77), announcedMp3()],
    ['HTML behind a FLAC', flac, html],
    ['zeroes and HTML behind a FLAC', flac, zeroes(9), html],
    ['HTML behind an OGG', ogg, html],
    ['an OGG behind one that is cut off', ogg.subarray(0, ogg.lastIndexOf('OggS')), ogg.subarray(0, 58)],
  ])('but nothing else: %s', async (_what, ...parts) => {
    await expect(factsOf(...parts)).rejects.toMatchObject({ code: 'file_corrupt' });
  });
});

describe('the sizes of a WAV file', () => {
  const list = chunk('LIST', Buffer.from('INFOIART\x04\0\0\0Anna'));

  test.each<[string, Buffer]>([
    ['right', wav()],
    ['unknown to FFmpeg', wav({ riff: 0xffffffff, data: 0xffffffff })],
    ['unknown to SoX', wav({ riff: 0x7ffff024, data: 0x7ffff000 })],
    ['unknown to arecord', wav({ riff: 0x80000024, data: 0x80000000 })],
    ['never filled in', wav({ riff: 0, data: 0 })],
    ['filled in for the file alone', wav({ data: 0 })],
    ['eight too much for the file', wav({ riff: 16_044 })],
    ['a header too much for the file', wav({ riff: 16_080 })],
    ['eight too much for the samples', wav({ data: 16_008 })],
    ['a header too much for the samples', wav({ data: 16_044 })],
    ['too little for the file', wav({ riff: 16_000 })],
    ['right, with a chunk behind', wav({ behind: list })],
    ['right, with zeroes behind', wav({ riff: 16_036, behind: zeroes(20) })],
    ['those of RF64, and no chunk that has them', wav({ mark: 'RF64', riff: 0xffffffff, data: 0xffffffff })],
  ])('%s: a second is a second', async (_what, bytes) => {
    expect(await factsOf(bytes)).toMatchObject({ container: 'wav', durationSeconds: 1, bitrate: 128_000 });
  });

  test.each<[string, Buffer]>([
    ['half of the samples', wav().subarray(0, 8000)],
    ['eight bytes', wav().subarray(0, 16_036)],
    ['a header', wav().subarray(0, 16_000)],
    ['the chunk behind the samples', wav({ behind: list }).subarray(0, 16_044)],
    ['half of the chunk behind the samples', wav({ behind: list }).subarray(0, 16_056)],
    ['all of the samples', wav({ data: 0, samples: 0 })],
  ])('tell that something is missing: %s', async (_what, bytes) => {
    await expect(factsOf(bytes)).rejects.toMatchObject({ code: 'file_corrupt' });
  });
});

describe('what an MP4 file holds is told by the configuration of its decoder:', () => {
  test.each<[string, number, number[], Partial<AudioFacts>]>([
    ['stereo', 0x40, [0x12, 0x10], { codec: 'MPEG-4/AAC', channels: 2, sampleRate: 44_100 }],
    ['mono', 0x40, [0x12, 0x08], { codec: 'MPEG-4/AAC', channels: 1, sampleRate: 44_100 }],
    ['5.1', 0x40, [0x12, 0x30], { channels: 6, sampleRate: 44_100 }],
    ['7.1', 0x40, [0x12, 0x38], { channels: 8 }],
    ['another rate', 0x40, [0x11, 0x90], { channels: 2, sampleRate: 48_000 }],
    [
      'HE-AAC said behind',
      0x40,
      [0x13, 0x90, 0x56, 0xe5, 0xa0],
      { codec: 'MPEG-4/HE-AAC', sampleRate: 44_100 },
    ],
    [
      'HE-AAC said before',
      0x40,
      [0x2b, 0x92, 0x08, 0, 0],
      { codec: 'MPEG-4/HE-AAC', sampleRate: 44_100, channels: 2 },
    ],
    [
      'HE-AAC of one channel that becomes two',
      0x40,
      [0xeb, 0x8a, 0x08, 0, 0],
      { codec: 'MPEG-4/HE-AACv2', channels: 2 },
    ],
    ['MPEG-2 AAC', 0x67, [0x12, 0x08], { codec: 'MPEG-4/AAC', channels: 1 }],
    ['MP3', 0x6b, [], { codec: 'MPEG Layer 3' }],
  ])('%s', async (_what, kind, config, facts) => {
    expect(await factsOf(withDecoder(m4a, kind, config))).toMatchObject({ container: 'm4a', ...facts });
  });
});

describe('a recording of another kind', () => {
  test.each<[string, Buffer, RegExp]>([
    ['AIFF', fileOf('audio', 'tone.aiff'), /AIFF/],
    ['AAC', fileOf('audio', 'tone.aac'), /AAC without a container/],
    ['WebM', fileOf('audio', 'tone.webm'), /WebM/],
    ['MPEG Layer II', fileOf('audio', 'tone.mp2'), /Layer I or II/],
    ['FLAC in OGG', fileOf('audio', 'tone-flac.ogg'), /OGG/],
    ['CAF behind a tag', Buffer.concat([id3(), Buffer.from('caff\0\x01\0\0')]), /CAF/],
    ['a film', fileOf('audio', 'film.mp4'), /film/],
  ])('%s is refused by its name, with those that are taken', async (_what, bytes, name) => {
    const refused = factsOf(bytes);
    await expect(refused).rejects.toMatchObject({ code: 'unsupported_file_type' });
    await expect(refused).rejects.toThrow(name);
    await expect(refused).rejects.toThrow('Use WAV, MP3, FLAC, OGG (Vorbis, Opus, Speex) or M4A.');
  });
});
