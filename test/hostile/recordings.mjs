import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { MB, filled } from './fillers.mjs';

const sample = (name) => readFileSync(join(import.meta.dirname, '../files/audio', name));

const uint32 = (value) => {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value);
  return bytes;
};
const uint32le = (value) => uint32(value).reverse();
/** Four times seven bits. */
const synchsafe = (value) => Buffer.of(value >> 21, (value >> 14) & 127, (value >> 7) & 127, value & 127);
const id3 = (content) => Buffer.concat([Buffer.from('ID3\x04\0\0'), synchsafe(content.length), content]);
const frame = (name, content) =>
  Buffer.concat([Buffer.from(name), synchsafe(content.length), Buffer.alloc(2), content]);
const mp3 = sample('tone-no-xing.mp3');
const tagged = (...frames) => Buffer.concat([id3(Buffer.concat(frames)), mp3]);

const apeHeader = (bytes, items, flags) =>
  Buffer.concat([
    Buffer.from('APETAGEX'),
    uint32le(2000),
    uint32le(bytes),
    uint32le(items),
    uint32le(flags),
    Buffer.alloc(8),
  ]);
function ape(bytes) {
  const item = Buffer.concat([uint32le(2), uint32le(0), Buffer.from('AB\0ab')]);
  const count = Math.floor(bytes / item.length);
  const items = filled(count * item.length, item);
  const size = items.length + 32;
  return Buffer.concat([apeHeader(size, count, 0xa0000000), items, apeHeader(size, count, 0x80000000)]);
}

const box = (type, ...content) => {
  const body = Buffer.concat(content);
  return Buffer.concat([uint32(body.length + 8), Buffer.from(type, 'latin1'), body]);
};
/** More boxes for the directory of an M4A that has it at its end. */
function withInDirectory(extra) {
  const file = sample('tone.m4a');
  const start = file.indexOf('moov') - 4;
  const size = file.readUInt32BE(start);
  return Buffer.concat([
    file.subarray(0, start),
    uint32(size + extra.length),
    file.subarray(start + 4, start + size),
    extra,
    file.subarray(start + size),
  ]);
}
function nested(type, depth) {
  const sizes = Array.from({ length: depth }, (_, level) =>
    Buffer.concat([uint32((depth - level) * 8), Buffer.from(type)]),
  );
  return Buffer.concat(sizes);
}

const block = (type, content) => Buffer.concat([uint32(type * 2 ** 24 + content.length), content]);
/** Metadata blocks behind the first of a FLAC, which says what it is. */
function flacWith(...blocks) {
  const file = sample('tone.flac');
  return Buffer.concat([file.subarray(0, 42), ...blocks, file.subarray(42)]);
}
/** As many comments as go into a block of FLAC. */
function comments(bytes) {
  const comment = Buffer.concat([uint32le(3), Buffer.from('a=b')]);
  const count = Math.floor(bytes / comment.length);
  return Buffer.concat([uint32le(0), uint32le(count), filled(count * comment.length, comment)]);
}

const CRC = Uint32Array.from({ length: 256 }, (_, byte) => {
  let crc = byte << 24;
  for (let bit = 0; bit < 8; bit += 1) crc = (crc << 1) ^ (crc < 0 ? 0x04c11db7 : 0);
  return crc >>> 0;
});
function page(flags, number, body) {
  const table = [];
  for (let rest = body.length; ; rest -= 255) {
    if (rest < 255 || table.length === 254) {
      table.push(Math.min(rest, 255));
      break;
    }
    table.push(255);
  }
  const head = Buffer.alloc(27);
  head.write('OggS');
  head[5] = flags;
  head.writeUInt32LE(7, 14);
  head.writeUInt32LE(number, 18);
  head[26] = table.length;
  const all = Buffer.concat([head, Buffer.from(table), body]);
  let crc = 0;
  for (const byte of all) crc = ((crc << 8) ^ CRC[((crc >>> 24) ^ byte) & 255]) >>> 0;
  all.writeUInt32LE(crc, 22);
  return all;
}
const vorbisId = () => {
  const file = sample('tone-vorbis.ogg');
  return file.subarray(28, 58);
};
/** Vorbis: who it is, then pages of anything, then the last. */
function ogg(pages) {
  return Buffer.concat([page(2, 0, vorbisId()), ...pages, page(4, pages.length + 1, Buffer.from('end'))]);
}
function longPacket(content) {
  const pages = [];
  for (let at = 0; at < content.length; at += 255 * 255) {
    pages.push(page(at === 0 ? 0 : 1, pages.length + 1, content.subarray(at, at + 255 * 255)));
  }
  return ogg(pages);
}

const chunk = (name, content) => Buffer.concat([Buffer.from(name), uint32le(content.length), content]);
function wav(format, ...chunks) {
  const body = Buffer.concat([Buffer.from('WAVE'), chunk('fmt ', format), ...chunks]);
  return Buffer.concat([Buffer.from('RIFF'), uint32le(body.length), body]);
}
function pcm({ channels = 1, rate = 8_000, bits = 8 } = {}) {
  const format = Buffer.alloc(16);
  format.writeUInt16LE(1, 0);
  format.writeUInt16LE(channels, 2);
  format.writeUInt32LE(rate, 4);
  format.writeUInt32LE((rate * channels * bits) / 8, 8);
  format.writeUInt16LE((channels * bits) / 8, 12);
  format.writeUInt16LE(bits, 14);
  return format;
}
const silence = chunk('data', Buffer.alloc(8_000));
/** MPEG 2.5, 8 kbit/s at 12 kHz. */
const smallFrames = (count) =>
  filled(count * 48, Buffer.concat([Buffer.of(0xff, 0xe3, 0x14, 0xc0), Buffer.alloc(44)]));

/** Each makes one native call of its reader huge, or very many tiny ones. `quick` ones are tried with every change. */
export const recordings = [
  {
    name: 'an MP3 with TXXX of 48 MB',
    quick: true,
    make: () => tagged(frame('TXXX', filled(48 * MB, 'a\0'))),
  },
  { name: 'an MP3 with 46 MB of performers', make: () => tagged(frame('TPE1', filled(46 * MB, 'a/'))) },
  {
    name: 'an MP3 with two million frames of tags',
    make: () => tagged(filled(24 * MB, frame('TXXX', Buffer.from('\0a')))),
  },
  {
    name: 'an MP3 with a comment of 45 MB in UTF-16',
    make: () =>
      tagged(
        frame('COMM', Buffer.concat([Buffer.from('\x01eng\xff\xfe', 'latin1'), filled(45 * MB, 'a\0')])),
      ),
  },
  {
    name: 'an MP3 behind three million empty tags',
    make: () =>
      Buffer.concat([filled(30 * MB, id3(Buffer.alloc(0))).subarray(0, 30 * MB - ((30 * MB) % 10)), mp3]),
  },
  {
    name: 'an MP3 behind 40 MB of zeroes',
    quick: true,
    make: () => Buffer.concat([id3(Buffer.alloc(10)), Buffer.alloc(40 * MB), mp3]),
  },
  { name: 'an MP3 before 40 MB of zeroes', make: () => Buffer.concat([mp3, Buffer.alloc(40 * MB)]) },
  { name: 'an MP3 with an APE tag of 45 MB', quick: true, make: () => Buffer.concat([mp3, ape(45 * MB)]) },
  { name: 'an MP3 of a million frames', make: () => smallFrames(1_000_000) },
  {
    name: 'a Vorbis comment of 40 MB',
    quick: true,
    make: () => longPacket(Buffer.concat([Buffer.from('\x03vorbis'), comments(40 * MB)])),
  },
  {
    name: 'a Vorbis comment that says it has four billion',
    make: () =>
      longPacket(
        Buffer.concat([Buffer.from('\x03vorbis'), uint32le(0), uint32le(0xffffffff), Buffer.alloc(20 * MB)]),
      ),
  },
  { name: 'an OGG of a million pages', make: () => ogg(Array(1_000_000).fill(page(1, 1, Buffer.from('x')))) },
  {
    name: 'a FLAC with pictures of 45 MB',
    make: () => flacWith(...Array(3).fill(block(6, filled(15 * MB, 'p')))),
  },
  {
    name: 'a FLAC with two million comments',
    quick: true,
    make: () => flacWith(block(4, comments(15 * MB))),
  },
  {
    name: 'a FLAC with ten million empty blocks',
    make: () => flacWith(filled(40 * MB, block(1, Buffer.alloc(0)))),
  },
  {
    name: 'an M4A with tags of 45 MB',
    quick: true,
    make: () =>
      withInDirectory(
        box(
          'udta',
          box(
            'meta',
            Buffer.alloc(4),
            box(
              'ilst',
              filled(45 * MB, box('\xa9nam', box('data', uint32(1), uint32(0), Buffer.from('title')))),
            ).subarray(0, 45 * MB),
          ),
        ),
      ),
  },
  {
    name: 'an M4A with a title of 45 MB',
    make: () =>
      withInDirectory(
        box(
          'udta',
          box(
            'meta',
            Buffer.alloc(4),
            box('ilst', box('\xa9nam', box('data', uint32(1), uint32(0), filled(45 * MB, 'a b ')))),
          ),
        ),
      ),
  },
  {
    name: 'an M4A with ninety thousand tracks',
    make: () => withInDirectory(filled(90_000 * 16, box('trak', box('edts')))),
  },
  {
    name: 'an M4A of boxes within each other',
    quick: true,
    make: () => withInDirectory(nested('trak', 400_000)),
  },
  {
    name: 'an M4A with a table of 40 MB',
    make: () =>
      withInDirectory(
        box(
          'trak',
          box(
            'mdia',
            box(
              'minf',
              box('stbl', box('stsz', uint32(0), uint32(0), uint32(10 * MB), Buffer.alloc(40 * MB))),
            ),
          ),
        ),
      ),
  },
  {
    name: 'a WAV with a list of 45 MB',
    make: () =>
      wav(
        pcm(),
        chunk(
          'LIST',
          Buffer.concat([Buffer.from('INFO'), filled(45 * MB, chunk('INAM', Buffer.from('ab')))]),
        ),
        silence,
      ),
  },
  {
    name: 'a WAV with an ID3 tag of 45 MB',
    make: () => wav(pcm(), chunk('id3 ', id3(frame('TXXX', filled(45 * MB, 'a\0')))), silence),
  },
  {
    name: 'a WAV of five million chunks',
    make: () => wav(pcm(), filled(40 * MB, chunk('junk', Buffer.alloc(0))), silence),
  },
  {
    name: 'a WAV of 64 channels, 64 bit, a million times a second',
    quick: true,
    make: () => wav(pcm({ channels: 64, rate: 1_000_000, bits: 64 }), chunk('data', Buffer.alloc(512_000))),
  },
].map((file) => ({ ...file, route: '/api/upload/audio' }));
