/** For each broken place there are at least so many whole signs beyond ASCII: then it is damage, not another encoding. */
const WHOLE_FOR_EACH_BROKEN = 4;
const SURROGATE_LEAD = 0xed;

/**
 * As UTF-8, broken places as U+FFFD; undefined where they are more than a few. Emoji that were encoded as two
 * surrogates of three bytes each (CESU-8) are read as what they mean.
 */
export function decodeUtf8(bytes: Buffer): string | undefined {
  const { whole, broken } = tally(bytes);
  if (broken * WHOLE_FOR_EACH_BROKEN > whole) return undefined;
  return new TextDecoder('utf-8').decode(withoutSurrogatePairs(bytes));
}

/** Signs beyond ASCII that are whole, and bytes that belong to none. */
function tally(bytes: Buffer): { whole: number; broken: number } {
  let [whole, broken] = [0, 0];
  for (let at = 0; at < bytes.length; at += 1) {
    if (bytes[at]! < 0x80) continue;
    const length = signLengthAt(bytes, at);
    if (length === 0) broken += 1;
    else {
      whole += 1;
      at += length - 1;
    }
  }
  return { whole, broken };
}

/** 0: no sign begins here. Half of a surrogate pair is none, but the whole pair is one. */
function signLengthAt(bytes: Buffer, at: number): number {
  const lead = bytes[at]!;
  if (lead < 0xc2 || lead > 0xf4) return 0;
  const length = lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : 4;
  for (let next = at + 1; next < at + length; next += 1) if ((bytes[next]! & 0xc0) !== 0x80) return 0;
  const second = bytes[at + 1]!;
  if (
    (lead === 0xe0 && second < 0xa0) ||
    (lead === 0xf0 && second < 0x90) ||
    (lead === 0xf4 && second > 0x8f)
  ) {
    return 0;
  }
  if (lead !== SURROGATE_LEAD || second < 0xa0) return length;
  return pairAt(bytes, at) === undefined ? 0 : 6;
}

function withoutSurrogatePairs(bytes: Buffer): Buffer {
  if (!bytes.includes(SURROGATE_LEAD)) return bytes;
  const mended = Buffer.alloc(bytes.length);
  let [from, length] = [0, 0];
  for (
    let at = bytes.indexOf(SURROGATE_LEAD);
    at >= 0;
    at = bytes.indexOf(SURROGATE_LEAD, Math.max(from, at + 1))
  ) {
    const pair = pairAt(bytes, at);
    if (pair === undefined) continue;
    length += bytes.copy(mended, length, from, at);
    length += mended.write(pair, length);
    from = at + 6;
  }
  length += bytes.copy(mended, length, from);
  return mended.subarray(0, length);
}

function pairAt(bytes: Buffer, at: number): string | undefined {
  const [high, low] = [surrogateAt(bytes, at), surrogateAt(bytes, at + 3)];
  const isPair = high !== undefined && low !== undefined && high < 0xdc00 && low >= 0xdc00;
  return isPair ? String.fromCharCode(high, low) : undefined;
}

function surrogateAt(bytes: Buffer, at: number): number | undefined {
  const [lead, second, third] = [bytes[at], bytes[at + 1], bytes[at + 2]];
  if (lead !== SURROGATE_LEAD || second === undefined || third === undefined) return undefined;
  if (second < 0xa0 || second > 0xbf || (third & 0xc0) !== 0x80) return undefined;
  return 0xd000 | ((second & 0x3f) << 6) | (third & 0x3f);
}
