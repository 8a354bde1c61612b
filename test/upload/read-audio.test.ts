import { describe, expect, test } from '@jest/globals';
import { join } from 'node:path';
import { readAudio } from '../../src/upload/audio/read-audio.js';

type Row = [
  name: string,
  container: string,
  codec: RegExp,
  seconds: number,
  rate: number,
  channels: number,
  bitrate: number,
];

// What ffprobe says of them, within the accuracy in which programs agree.
const accepted: Row[] = [
  ['tone.wav', 'wav', /^PCM$/, 1.5, 8000, 1, 128_000],
  ['tone-24-bit.wav', 'wav', /^PCM$/, 0.25, 16_000, 2, 768_000],
  ['tone-u-law.wav', 'wav', /^MULAW$/, 1, 8000, 1, 64_000],
  ['tone-piped.wav', 'wav', /^PCM$/, 0.5, 22_050, 1, 352_800],
  ['tone-tagged.wav', 'wav', /^PCM$/, 0.5, 22_050, 1, 352_800],
  ['tone-no-xing.mp3', 'mp3', /Layer 3/, 2.06, 22_050, 1, 32_000],
  ['tone-vbr.mp3', 'mp3', /Layer 3/, 2.04, 44_100, 2, 48_000],
  ['tone-vbr-no-xing.mp3', 'mp3', /Layer 3/, 2.04, 44_100, 2, 48_000],
  ['tone-id3v1.mp3', 'mp3', /Layer 3/, 2.07, 22_050, 2, 48_000],
  ['tone-ffmpeg.mp3', 'mp3', /Layer 3/, 2.06, 24_000, 1, 40_000],
  ['tone-sox.mp3', 'mp3', /Layer 3/, 2.06, 22_050, 1, 16_000],
  ['tone.flac', 'flac', /^FLAC$/, 1, 44_100, 1, 140_000],
  ['tone-ffmpeg.flac', 'flac', /^FLAC$/, 0.4, 44_100, 2, 266_000],
  ['tone-piped.flac', 'flac', /^FLAC$/, 0.5, 22_050, 1, 97_000],
  ['tone-vorbis.ogg', 'ogg', /^Vorbis/, 2, 44_100, 2, 64_000],
  ['tone-sox.ogg', 'ogg', /^Vorbis/, 2, 22_050, 1, 24_000],
  ['tone-opus.ogg', 'ogg', /^Opus$/, 2, 48_000, 2, 42_600],
  ['tone-speex.ogg', 'ogg', /^Speex/, 2, 16_000, 1, 27_800],
  ['tone.m4a', 'm4a', /AAC/, 2.02, 44_100, 2, 48_000],
  ['tone-faststart.m4a', 'm4a', /AAC/, 2.02, 44_100, 2, 48_000],
  ['tone-alac.m4a', 'm4a', /ALAC/, 0.4, 44_100, 1, 200_000],
  ['tone-fragmented.m4a', 'm4a', /AAC/, 1.02, 44_100, 2, 48_000],
  ['tone-with-cover.m4a', 'm4a', /AAC/, 1.05, 22_050, 1, 32_800],
];

describe('a recording is known by its bytes alone:', () => {
  test.each(accepted)('%s', async (name, container, codec, seconds, rate, channels, bitrate) => {
    const facts = await readAudio(join(import.meta.dirname, '../files/audio', name));
    expect(facts).toEqual({
      container,
      codec: expect.stringMatching(codec),
      durationSeconds: expect.closeTo(seconds, 1),
      sampleRate: rate,
      channels,
      bitrate: expect.any(Number),
    });
    expect(Math.abs(facts.bitrate / bitrate - 1)).toBeLessThan(0.05);
  });
});
