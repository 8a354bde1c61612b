const SAMPLE_BYTES = 256 * 1024;
const LINE_FEED = 0x0a;

/**
 * Whole lines that are not ASCII alone, for an encoding of several bytes a sign cannot be read from its middle; the last
 * one may be cut off. The share is that of the bytes beyond ASCII in it to those in all.
 */
export function linesBeyondAscii(bytes: Buffer): { sample: Buffer; share: number } {
  const lines: Buffer[] = [];
  let length = 0;
  for (let at = 0; at < bytes.length && length < SAMPLE_BYTES;) {
    const end = bytes.indexOf(LINE_FEED, at);
    const line = bytes.subarray(at, end < 0 ? bytes.length : end + 1);
    if (countBeyondAscii(line) > 0) {
      lines.push(line);
      length += line.length;
    }
    at += line.length;
  }
  const sample = Buffer.concat(lines).subarray(0, SAMPLE_BYTES);
  return { sample, share: countBeyondAscii(sample) / countBeyondAscii(bytes) };
}

function countBeyondAscii(bytes: Buffer): number {
  let count = 0;
  for (let index = 0; index < bytes.length; index += 1) count += bytes[index]! >> 7;
  return count;
}
