import { FileRefusal } from '../../library/file-refusal.js';
import { corrupt, cutOff, type FileBytes } from './file-bytes.js';
import type { MeasuredAudio } from './measured.js';
import { oggCodecOf, type OggCodec } from './ogg-codec.js';
import { afterTags } from './tags.js';

const FIRST_PAGE = 2;
const LAST_PAGE = 4;
/** A page on which no packet ends has no place in time. */
const NO_GRANULE = 0xffffffffffffffffn;
/** No first page holds so much: a stream was recorded from its middle, and its clock did not begin at nought. */
const MOST_SECONDS_ON_A_PAGE = 10;
const CRC_TABLE = Uint32Array.from({ length: 256 }, (_, byte) => {
  let crc = byte << 24;
  for (let bit = 0; bit < 8; bit += 1) crc = (crc << 1) ^ (crc < 0 ? 0x04c11db7 : 0);
  return crc >>> 0;
});

interface Stream {
  codec: OggCodec;
  first?: number;
  last: number;
  soundBytes: number;
  isOpen: boolean;
}

/** Every page is whole, and every stream in the file has its last one. Streams one after the other are all heard. */
export function readOgg(file: FileBytes, start: number): MeasuredAudio {
  const streams: Stream[] = [];
  const open = new Map<number, Stream>();
  let at = start;
  while (file.startsWith('OggS', at)) {
    const page = pageAt(file, at);
    const number = page.readUInt32LE(14);
    if ((page[5]! & FIRST_PAGE) !== 0) {
      const stream = {
        codec: oggCodecOf(page.subarray(27 + page[26]!)),
        last: 0,
        soundBytes: 0,
        isOpen: true,
      };
      open.set(number, stream);
      streams.push(stream);
    }
    const stream = open.get(number);
    if (stream === undefined) throw corrupt('The OGG file has pages that belong to no stream.');
    note(stream, page);
    if (!stream.isOpen) open.delete(number);
    at += page.length;
  }
  if (afterTags(file, at) < file.length) throw corrupt('The OGG file contains something other than sound.');
  if (open.size > 0) throw cutOff();
  return factsOf(streams);
}

function pageAt(file: FileBytes, at: number): Buffer {
  const segments = file.at(at, 27)[26]!;
  const bodyBytes = file.at(at + 27, segments).reduce((sum, length) => sum + length, 0);
  const page = file.at(at, 27 + segments + bodyBytes);
  if (checksum(page) !== page.readUInt32LE(22)) throw corrupt('A page of the OGG file is damaged.');
  return page;
}

function note(stream: Stream, page: Buffer): void {
  const granule = page.readBigUInt64LE(6);
  if (granule !== NO_GRANULE && granule > 0n) {
    stream.last = Number(granule);
    stream.first ??= stream.last;
  }
  // The pages with the headers stand at nought.
  if (granule > 0n) stream.soundBytes += page.length;
  if ((page[5]! & LAST_PAGE) !== 0) stream.isOpen = false;
}

function factsOf(streams: readonly Stream[]): MeasuredAudio {
  const [heard] = streams;
  const sound = streams.filter(({ codec }) => codec.name !== undefined);
  if (heard === undefined || sound.length < streams.length) {
    throw new FileRefusal(
      'unsupported_file_type',
      'OGG files are taken with Vorbis, Opus or Speex in them alone.',
    );
  }
  const { name: codec = '', sampleRate, channels, bitrate } = heard.codec;
  const durationSeconds = streams.reduce((sum, stream) => sum + secondsOf(stream), 0);
  const soundBytes = streams.reduce((sum, stream) => sum + stream.soundBytes, 0);
  const average = durationSeconds > 0 ? (soundBytes * 8) / durationSeconds : undefined;
  return { codec, durationSeconds, sampleRate, channels, bitrate: bitrate ?? average, isClaimed: true };
}

function secondsOf({ codec, first = 0, last }: Stream): number {
  const { sampleRate, silentSamples } = codec;
  const begins = first > MOST_SECONDS_ON_A_PAGE * sampleRate ? first : 0;
  return Math.max(0, last - begins - (begins === 0 ? silentSamples : 0)) / sampleRate;
}

/** As if the checksum's own four bytes were zero. */
function checksum(page: Buffer): number {
  let crc = 0;
  for (let index = 0; index < page.length; index += 1) {
    const byte = index >= 22 && index < 26 ? 0 : page[index]!;
    crc = ((crc << 8) ^ CRC_TABLE[((crc >>> 24) ^ byte) & 0xff]!) >>> 0;
  }
  return crc;
}
