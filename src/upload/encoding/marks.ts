/** What some programs write before a text to say its encoding; the longer ones first, for one begins like another. */
const BYTE_ORDER_MARKS: readonly [encoding: string, mark: Buffer][] = [
  ['utf-8', Buffer.from([0xef, 0xbb, 0xbf])],
  ['utf-32le', Buffer.from([0xff, 0xfe, 0x00, 0x00])],
  ['utf-32be', Buffer.from([0x00, 0x00, 0xfe, 0xff])],
  ['utf-16le', Buffer.from([0xff, 0xfe])],
  ['utf-16be', Buffer.from([0xfe, 0xff])],
  ['gb18030', Buffer.from([0x84, 0x31, 0x95, 0x33])],
];

/** First bytes of what people upload as .txt by mistake. */
const BINARY_MAGIC: readonly [name: string, start: Buffer][] = [
  ['a PDF', Buffer.from('%PDF-')],
  ['a ZIP archive (or DOCX)', Buffer.from([0x50, 0x4b, 0x03, 0x04])],
  ['an executable', Buffer.from([0x7f, 0x45, 0x4c, 0x46])],
  ['an RTF document', Buffer.from('{\\rtf')],
  ['an old Word document', Buffer.from([0xd0, 0xcf, 0x11, 0xe0, 0xa1, 0xb1, 0x1a, 0xe1])],
];

export function markedAs(bytes: Buffer): string | undefined {
  return nameOf(BYTE_ORDER_MARKS, bytes);
}

export function binaryFormatOf(bytes: Buffer): string | undefined {
  return nameOf(BINARY_MAGIC, bytes);
}

function nameOf(beginnings: readonly [string, Buffer][], bytes: Buffer): string | undefined {
  return beginnings.find(([, start]) => bytes.subarray(0, start.length).equals(start))?.[0];
}
