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
  ['tone-ima-adpcm.wav', 'wav', /^DVI_ADPCM$/, 0.42, 22_050, 2, 177_600],
  ['tone-ms-adpcm.wav', 'wav', /^ADPCM$/, 0.46, 22_050, 1, 88_700],
  ['tone-mp3.wav', 'wav', /^MPEGLAYER3$/, 0.47, 22_050, 1, 32_000],
  ['tone-mp3.mp4', 'm4a', /Layer 3/, 0.45, 22_050, 1, 33_400],
  ['tone-flac.mp4', 'm4a', /^FLAC$/, 0.4, 22_050, 1, 54_800],
  ['tone-opus.mp4', 'm4a', /^Opus$/, 0.41, 48_000, 1, 72_600],
  ['tone-ac3.mp4', 'm4a', /^AC-3$/, 0.43, 32_000, 6, 108_800],
  ['tone-eac3.mp4', 'm4a', /^E-AC-3$/, 0.43, 32_000, 6, 108_800],
  ['tone-quicktime.mov', 'm4a', /AAC/, 0.45, 22_050, 1, 62_300],
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
