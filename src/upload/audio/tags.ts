import type { FileBytes } from './file-bytes.js';

/**
 * What programs write before, behind and (where recordings were joined) between sound: ID3v2 (any place), ID3v1 and its
 * enhanced form, APE tags of both versions, Lyrics3, and zeroes. They are skipped by the sizes they say.
 */
const ID3V1_BYTES = 128;
const ENHANCED_BYTES = 227;
const APE_BYTES = 32;
const APE_HAS_HEADER = 0x80000000;
const APE_IS_HEADER = 0x20000000;
const LYRICS_MOST_BYTES = 5120;
const APE_MOST_BYTES = 16 * 1024 * 1024;
const SEARCHED_BYTES = 128 * 1024;
/** Silence is zeroes too, hundreds of megabytes of them: they are compared a block at a time, not byte by byte. */
const ZEROES = Buffer.alloc(256 * 1024);
const FIRST_STEP_BYTES = 64;

/** Where a run of tags and zeroes ends that begins here. */
export function afterTags(file: FileBytes, start: number): number {
  let at = start;
  for (;;) {
    const isId3 = id3BytesAt(file, at) !== undefined;
    const behind = at + (tagBytesAt(file, at) ?? 0);
    const next = afterZeroes(file, isId3 ? afterStrayFrames(file, behind) : behind);
    if (next === at) return at;
    file.pass();
    at = next;
  }
}

/** Where tags at the end of a file begin; zeroes before them are left, for they may be sound. */
export function beforeTags(file: FileBytes): number {
  for (let end = file.length; ;) {
    const tagEnd = [end, beforeZeroes(file, end)].find((place) => tagBytesBefore(file, place) !== undefined);
    if (tagEnd === undefined) return end;
    file.pass();
    end = tagEnd - tagBytesBefore(file, tagEnd)!;
  }
}

/** Where zeroes begin that end here. */
export function beforeZeroes(file: FileBytes, end: number): number {
  for (let at = end, length = FIRST_STEP_BYTES; at > 0; length = longer(length)) {
    const from = Math.max(0, at - length);
    const block = file.at(from, at - from);
    if (!isZeroes(block)) return from + block.findLastIndex((byte) => byte !== 0) + 1;
    at = from;
  }
  return 0;
}

function afterZeroes(file: FileBytes, start: number): number {
  for (let at = start, length = FIRST_STEP_BYTES; ; length = longer(length)) {
    const block = file.upTo(at, length);
    if (block.length === 0) return at;
    if (!isZeroes(block)) return at + block.findIndex((byte) => byte !== 0);
    at += block.length;
  }
}

/** Most runs are short, and those that are not take few steps. */
function longer(length: number): number {
  return Math.min(length * 4, ZEROES.length);
}

function isZeroes(block: Buffer): boolean {
  return block.equals(ZEROES.subarray(0, block.length));
}

/** Of a tag that is longer than it says: the frames that it does not count. */
function afterStrayFrames(file: FileBytes, start: number): number {
  let at = start;
  for (let header = file.upTo(at, 10); /^[A-Z][A-Z0-9]{3}$/.test(header.toString('latin1', 0, 4));) {
    if (header.length < 10 || isTagMark(header)) return at;
    const end = at + 10 + header.readUInt32BE(4);
    if (end > file.length) return at;
    file.pass();
    at = end;
    header = file.upTo(at, 10);
  }
  return at;
}

function isTagMark(header: Buffer): boolean {
  return ['APET', 'LYRI', 'RIFF', 'FORM'].includes(header.toString('latin1', 0, 4));
}

/** Also one that is longer than the file: then the sound is missing. */
export function id3BytesAt(file: FileBytes, at: number): number | undefined {
  const header = file.upTo(at, 10);
  if (header.length < 10 || header.toString('latin1', 0, 3) !== 'ID3') return undefined;
  const [major, revision, flags] = [header[3]!, header[4]!, header[5]!];
  if (major < 2 || major > 4 || revision === 0xff || header.subarray(6).some((byte) => byte > 0x7f))
    return undefined;
  return 10 + sevenBits(header) + ((flags & 0x10) !== 0 ? 10 : 0);
}

export function tagBytesAt(file: FileBytes, at: number): number | undefined {
  const bytes =
    id3BytesAt(file, at) ?? apeBytesAt(file, at) ?? lyricsBytesAt(file, at) ?? id3v1BytesAt(file, at);
  return bytes !== undefined && at + bytes <= file.length ? bytes : undefined;
}

function id3v1BytesAt(file: FileBytes, at: number): number | undefined {
  // The enhanced form stands before the plain one.
  if (file.startsWith('TAG+', at) && file.startsWith('TAG', at + ENHANCED_BYTES))
    return ENHANCED_BYTES + ID3V1_BYTES;
  return file.startsWith('TAG', at) ? ID3V1_BYTES : undefined;
}

function apeBytesAt(file: FileBytes, at: number): number | undefined {
  if (file.startsWith('APETAGEX', at)) {
    const isHeader = (file.upTo(at, APE_BYTES).readUInt32LE(20) & APE_IS_HEADER) !== 0;
    return isHeader ? APE_BYTES + apeSize(file, at) : APE_BYTES;
  }
  // The first version has only a footer, and begins with the size and the flags of an item.
  const head = file.upTo(at, SEARCHED_BYTES);
  const footer = head.indexOf('APETAGEX');
  if (footer < 0 || at + footer + APE_BYTES > file.length) return undefined;
  return apeSize(file, at + footer) === footer + APE_BYTES ? footer + APE_BYTES : undefined;
}

/** Of the items and the footer, without the header. */
function apeSize(file: FileBytes, at: number): number {
  return file.upTo(at, APE_BYTES).readUInt32LE(12);
}

function lyricsBytesAt(file: FileBytes, at: number): number | undefined {
  if (!file.startsWith('LYRICSBEGIN', at)) return undefined;
  const text = file.upTo(at, SEARCHED_BYTES).toString('latin1');
  const end = /LYRICSEND|LYRICS200/.exec(text);
  return end === null ? undefined : end.index + end[0].length;
}

function tagBytesBefore(file: FileBytes, end: number): number | undefined {
  const behind = (bytes: number) =>
    end >= bytes ? file.at(end - bytes, Math.min(bytes, APE_BYTES)) : Buffer.alloc(0);
  if (behind(ENHANCED_BYTES + ID3V1_BYTES).toString('latin1', 0, 4) === 'TAG+')
    return ENHANCED_BYTES + ID3V1_BYTES;
  if (behind(ID3V1_BYTES).toString('latin1', 0, 3) === 'TAG') return ID3V1_BYTES;
  const bytes =
    apeBytesBefore(behind(APE_BYTES)) ?? id3BytesBefore(behind(10)) ?? lyricsBytesBefore(file, end);
  return bytes !== undefined && bytes <= end ? bytes : undefined;
}

function apeBytesBefore(footer: Buffer): number | undefined {
  if (footer.length < APE_BYTES || footer.toString('latin1', 0, 8) !== 'APETAGEX') return undefined;
  const size = footer.readUInt32LE(12);
  const hasHeader = (footer.readUInt32LE(20) & APE_HAS_HEADER) !== 0;
  return size < APE_BYTES || size > APE_MOST_BYTES ? undefined : size + (hasHeader ? APE_BYTES : 0);
}

function id3BytesBefore(footer: Buffer): number | undefined {
  return footer.toString('latin1', 0, 3) === '3DI' ? 20 + sevenBits(footer) : undefined;
}

function lyricsBytesBefore(file: FileBytes, end: number): number | undefined {
  if (end < 15) return undefined;
  const foot = file.at(end - 15, 15).toString('latin1');
  if (foot.endsWith('LYRICS200') && /^\d{6}/.test(foot)) return Number(foot.slice(0, 6)) + 15;
  if (!foot.endsWith('LYRICSEND')) return undefined;
  const from = Math.max(0, end - LYRICS_MOST_BYTES);
  const begin = file.at(from, end - from).lastIndexOf('LYRICSBEGIN');
  return begin < 0 ? undefined : end - from - begin;
}

/** Four times seven bits. */
function sevenBits(header: Buffer): number {
  return header.subarray(6, 10).reduce((sum, byte) => sum * 128 + (byte & 0x7f), 0);
}
