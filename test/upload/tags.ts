/** What programs put around sound, made by hand. */
const sevenBits = (size: number) => Buffer.from([21, 14, 7, 0].map((shift) => (size >> shift) & 0x7f));

interface Id3Options {
  size?: number;
  said?: number;
  footer?: boolean;
  version?: number;
}

export function id3({ size = 100, said = size, footer = false, version = 3 }: Id3Options = {}): Buffer {
  const head = (mark: string) =>
    Buffer.concat([Buffer.from(mark), Buffer.from([version, 0, footer ? 0x10 : 0]), sevenBits(said)]);
  return Buffer.concat([head('ID3'), Buffer.alloc(size), ...(footer ? [head('3DI')] : [])]);
}

export const id3v1 = (): Buffer => Buffer.concat([Buffer.from('TAGTitle'), Buffer.alloc(120)]);

export const enhanced = (): Buffer => Buffer.concat([Buffer.from('TAG+Title'), Buffer.alloc(218), id3v1()]);

export function ape({ version = 2000, items = 1 } = {}): Buffer {
  const item = Buffer.concat([Buffer.from([4, 0, 0, 0, 0, 0, 0, 0]), Buffer.from('Title\0Test')]);
  const body = Buffer.concat(Array.from({ length: items }, () => item));
  const mark = (flags: number) => {
    const bytes = Buffer.alloc(32);
    bytes.write('APETAGEX');
    [version, body.length + 32, items, flags].forEach((value, place) =>
      bytes.writeUInt32LE(value >>> 0, 8 + 4 * place),
    );
    return bytes;
  };
  if (version === 1000) return Buffer.concat([body, mark(0)]);
  return Buffer.concat([mark(0xa0000000), body, mark(0x80000000)]);
}

export const lyrics3 = (): Buffer => Buffer.from('LYRICSBEGIN[00:01]la la laLYRICSEND');

export function lyrics3v2(): Buffer {
  const text = 'LYRICSBEGININD0000200LYR00010[00:01]la ';
  return Buffer.from(`${text}${String(text.length).padStart(6, '0')}LYRICS200`);
}

export const zeroes = (count: number): Buffer => Buffer.alloc(count);
