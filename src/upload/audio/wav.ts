import { corrupt, cutOff, type FileBytes } from './file-bytes.js';
import type { Measured } from './measured.js';

/** A program that writes into a pipe cannot go back and fill in the sizes. */
const UNKNOWN_SIZE = 0xffffffff;
/** PCM in whole numbers and in floating ones, A-law, mu-law, and those in their extensible form. */
const EXTENSIBLE = 0xfffe;
const EVEN_FORMATS = [0x0001, 0x0003, 0x0006, 0x0007, EXTENSIBLE];
/** The extensible form says elsewhere what it holds. */
const CODECS: Record<number, string> = {
  0x0001: 'PCM',
  0x0003: 'IEEE_FLOAT',
  0x0006: 'ALAW',
  0x0007: 'MULAW',
};

/** RIFF/WAVE: the sizes of the file and of its samples must be those it claims. */
export function checkWav(file: FileBytes): Measured {
  const riffSize = file.at(4, 4).readUInt32LE();
  if (riffSize !== UNKNOWN_SIZE && riffSize + 8 > file.length + 1) throw cutOff();
  let format: Buffer | undefined;
  for (let at = 12; at + 8 <= file.length;) {
    const size = file.at(at + 4, 4).readUInt32LE();
    if (file.startsWith('fmt ', at)) format = Buffer.from(checkFormat(file.at(at + 8, size)));
    if (file.startsWith('data', at)) return checkData(file, at + 8, size, format);
    at += 8 + size + (size % 2);
  }
  throw cutOff();
}

function checkFormat(chunk: Buffer): Buffer {
  if (chunk.length < 16) throw corrupt('The WAV file does not say what its samples are.');
  const [tag, channels, sampleRate] = [chunk.readUInt16LE(0), chunk.readUInt16LE(2), chunk.readUInt32LE(4)];
  const [byteRate, blockBytes, bits] = [
    chunk.readUInt32LE(8),
    chunk.readUInt16LE(12),
    chunk.readUInt16LE(14),
  ];
  if (channels === 0 || sampleRate === 0 || blockBytes === 0) {
    throw corrupt('The WAV file has no channels, or no sample rate.');
  }
  const isConsistent = blockBytes === channels * Math.ceil(bits / 8) && byteRate === sampleRate * blockBytes;
  if (EVEN_FORMATS.includes(tag) && !isConsistent) {
    throw corrupt('The WAV file contradicts itself about its samples.');
  }
  return chunk;
}

function checkData(file: FileBytes, start: number, size: number, format: Buffer | undefined): Measured {
  if (format === undefined) throw corrupt('The WAV file does not say what its samples are.');
  const bytes = size === UNKNOWN_SIZE ? file.length - start : size;
  if (start + bytes > file.length) throw cutOff();
  if (bytes === 0) throw corrupt('There is no sound in the recording.');
  if (!EVEN_FORMATS.includes(format.readUInt16LE(0))) return {};
  const codec =
    format.readUInt16LE(0) === EXTENSIBLE && format.length >= 26
      ? CODECS[format.readUInt16LE(24)]
      : undefined;
  return { durationSeconds: bytes / format.readUInt32LE(8), ...(codec !== undefined && { codec }) };
}
