import { fileOf } from '../files/files.js';

/** A recording after somebody has been at it. */
function altered(name: string, alter: (bytes: Buffer) => void): Buffer {
  const bytes = fileOf('audio', name);
  alter(bytes);
  return bytes;
}

function without(name: string, bytes: number): Buffer {
  const whole = fileOf('audio', name);
  return whole.subarray(0, whole.length - bytes);
}

const HTML = Buffer.from(`<!DOCTYPE html><html><script>alert(1)</script>${'<p>text</p>'.repeat(200)}</html>`);
const id3 = (bytes: number) => Buffer.from([0x49, 0x44, 0x33, 4, 0, 0, 0, 0, bytes >> 7, bytes & 0x7f]);
const plain = fileOf('audio', 'tone-no-xing.mp3');
const mp3 = fileOf('audio', 'tone-vbr.mp3');
const wavHeader = fileOf('audio', 'tone.wav').subarray(0, 44);
/** In an MP4 file a time is 32 bits, behind four bytes of version and flags and two dates. */
const mdhdSeconds = (bytes: Buffer, seconds: number) => {
  const box = bytes.indexOf('mdhd');
  bytes.writeUInt32BE(1, box + 16);
  bytes.writeUInt32BE(seconds, box + 20);
};

export const badAudio: [what: string, bytes: Buffer, status: number, code: string][] = [
  ['an empty file', Buffer.alloc(0), 422, 'file_corrupt'],
  ['one byte', Buffer.from('R'), 415, 'unsupported_file_type'],
  ['HTML', HTML, 415, 'unsupported_file_type'],
  ['a text', Buffer.from('la la la'), 415, 'unsupported_file_type'],
  ['zeroes', Buffer.alloc(5000), 415, 'unsupported_file_type'],
  ['an executable', Buffer.from([0x7f, 0x45, 0x4c, 0x46, 2, 1, 1]), 415, 'unsupported_file_type'],
  ['a DOCX', fileOf('docx', 'letter.docx'), 415, 'unsupported_file_type'],
  ['PCM in QuickTime', fileOf('audio', 'tone-pcm.mov'), 415, 'unsupported_file_type'],
  [
    'a WAV without the MP3 it announces',
    altered('tone.wav', (b) => b.writeUInt16LE(0x55, 20)),
    422,
    'file_corrupt',
  ],
  ['a film', fileOf('audio', 'film.mp4'), 415, 'unsupported_file_type'],
  ['AAC without a container', fileOf('audio', 'tone.aac'), 415, 'unsupported_file_type'],
  ['MPEG Layer II', fileOf('audio', 'tone.mp2'), 415, 'unsupported_file_type'],
  ['AIFF', fileOf('audio', 'tone.aiff'), 415, 'unsupported_file_type'],
  ['WebM', fileOf('audio', 'tone.webm'), 415, 'unsupported_file_type'],
  ['FLAC in OGG', fileOf('audio', 'tone-flac.ogg'), 415, 'unsupported_file_type'],
  [
    'HTML with the mark of WAV',
    Buffer.concat([Buffer.from('RIFF\x10\x00\x00\x00WAVE'), HTML]),
    422,
    'file_corrupt',
  ],
  ['HTML with the mark of FLAC', Buffer.concat([Buffer.from('fLaC'), HTML]), 422, 'file_corrupt'],
  ['HTML with the mark of OGG', Buffer.concat([Buffer.from('OggS'), HTML]), 422, 'file_corrupt'],
  [
    'HTML with the mark of M4A',
    Buffer.concat([Buffer.from('\0\0\0\x10ftypM4A \0\0\0\0'), HTML]),
    422,
    'file_corrupt',
  ],
  ['HTML with the mark of MP3', Buffer.concat([mp3.subarray(0, 4), HTML]), 422, 'file_corrupt'],
  ['HTML behind an ID3 tag', Buffer.concat([id3(10), Buffer.alloc(10), HTML]), 422, 'file_corrupt'],
  [
    'HTML inside an MP3',
    Buffer.concat([mp3.subarray(0, 6000), HTML, mp3.subarray(6000)]),
    422,
    'file_corrupt',
  ],
  [
    'HTML inside an MP3 that does not say how long it is',
    Buffer.concat([plain.subarray(0, 4000), HTML, plain.subarray(4000)]),
    422,
    'file_corrupt',
  ],
  ['an ID3 tag longer than the file', Buffer.concat([id3(16_000), HTML]), 422, 'file_corrupt'],
  ['a WAV cut off', without('tone.wav', 1000), 422, 'file_corrupt'],
  ['a WAV without sound', wavHeader, 422, 'file_corrupt'],
  ['an MP3 cut off', without('tone-ffmpeg.mp3', 1000), 422, 'file_corrupt'],
  ['an MP3 cut off between frames', without('tone-ffmpeg.mp3', 120), 422, 'file_corrupt'],
  ['a FLAC cut off', without('tone.flac', 1000), 422, 'file_corrupt'],
  ['a FLAC whose size nobody knew, cut off', without('tone-piped.flac', 1), 422, 'file_corrupt'],
  ['an OGG cut off', without('tone-opus.ogg', 1000), 422, 'file_corrupt'],
  ['an M4A cut off', without('tone.m4a', 1000), 422, 'file_corrupt'],
  ['an M4A with its directory first, cut off', without('tone-faststart.m4a', 1000), 422, 'file_corrupt'],
  [
    'an M4A with its directory first, cut off by a byte',
    without('tone-faststart.m4a', 1),
    422,
    'file_corrupt',
  ],
  ['a FLAC with one bit wrong', altered('tone.flac', (b) => (b[9000]! ^= 4)), 422, 'file_corrupt'],
  ['an OGG with one bit wrong', altered('tone-vorbis.ogg', (b) => (b[7000]! ^= 4)), 422, 'file_corrupt'],
  [
    'a WAV of 10⁹ seconds',
    altered('tone.wav', (b) => b.writeUInt32LE(2_000_000_000, 40)),
    422,
    'file_corrupt',
  ],
  ['a WAV of a byte a second', altered('tone.wav', (b) => b.writeUInt32LE(1, 28)), 422, 'file_corrupt'],
  [
    'a WAV of a sample a second',
    altered('tone.wav', (b) => (b.writeUInt32LE(1, 24), b.writeUInt32LE(2, 28))),
    422,
    'file_corrupt',
  ],
  [
    'an MP3 of 10⁹ seconds',
    altered('tone-ffmpeg.mp3', (b) => b.writeUInt32BE(41_666_667, b.indexOf('Info') + 8)),
    422,
    'file_corrupt',
  ],
  ['a FLAC of 10⁹ seconds', altered('tone.flac', (b) => b.fill(0xff, 22, 26)), 422, 'file_corrupt'],
  ['an M4A of 10⁹ seconds', altered('tone.m4a', (b) => mdhdSeconds(b, 1_000_000_000)), 422, 'file_corrupt'],
];
