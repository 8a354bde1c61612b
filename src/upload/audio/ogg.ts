import { corrupt, cutOff, type FileBytes } from './file-bytes.js';
import type { Measured } from './measured.js';

const LAST_PAGE = 4;
const CRC_TABLE = Uint32Array.from({ length: 256 }, (_, byte) => {
  let crc = byte << 24;
  for (let bit = 0; bit < 8; bit += 1) crc = (crc << 1) ^ (crc < 0 ? 0x04c11db7 : 0);
  return crc >>> 0;
});

/** Every page is whole, and every stream in the file has its last one. */
export function checkOgg(file: FileBytes): Measured {
  const unfinished = new Set<number>();
  for (let at = 0; at < file.length;) {
    if (!file.startsWith('OggS', at)) throw corrupt('There is something else than sound in the OGG file.');
    const segments = file.at(at, 27)[26]!;
    const headerBytes = 27 + segments;
    const bodyBytes = file.at(at + 27, segments).reduce((sum, length) => sum + length, 0);
    const page = file.at(at, headerBytes + bodyBytes);
    if (checksum(page) !== page.readUInt32LE(22)) throw corrupt('A page of the OGG file is damaged.');
    const stream = page.readUInt32LE(14);
    if ((page[5]! & LAST_PAGE) === 0) unfinished.add(stream);
    else unfinished.delete(stream);
    at += page.length;
  }
  if (unfinished.size > 0) throw cutOff();
  return {};
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
