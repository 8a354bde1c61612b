import { constants, crc32, deflateRawSync } from 'node:zlib';

export interface ZipEntry {
  name: string;
  data: Buffer | string;
  /** What its directory says instead of the truth. */
  says?: { inflatedBytes?: number; flags?: number; offset?: number; compressedBytes?: number };
  stored?: boolean;
  /** The data as they are packed, where nobody wants to pack them. */
  packed?: Buffer;
}

/** A ZIP with exactly these entries and, where asked for, with lies about them. */
export function zip(entries: ZipEntry[]): Buffer {
  const bodies: Buffer[] = [];
  const directory: Buffer[] = [];
  let offset = 0;
  for (const { name, data, says = {}, stored = false, packed: given } of entries) {
    const content = Buffer.from(data);
    const packed = given ?? (stored ? content : deflateRawSync(content));
    const [title, flags] = [Buffer.from(name), says.flags ?? 0];
    const facts = Buffer.alloc(26);
    facts.writeUInt16LE(20, 0);
    facts.writeUInt16LE(flags, 2);
    facts.writeUInt16LE(stored ? 0 : 8, 4);
    facts.writeUInt32LE(crc32(content), 10);
    facts.writeUInt32LE(says.compressedBytes ?? packed.length, 14);
    facts.writeUInt32LE(says.inflatedBytes ?? content.length, 18);
    facts.writeUInt16LE(title.length, 22);
    const record = Buffer.alloc(46);
    record.write('PK\x01\x02', 'latin1');
    record.writeUInt16LE(20, 4);
    facts.copy(record, 6);
    record.writeUInt32LE(says.offset ?? offset, 42);
    directory.push(record, title);
    const local = Buffer.concat([Buffer.from('PK\x03\x04', 'latin1'), facts, title, packed]);
    bodies.push(local);
    offset += local.length;
  }
  const listing = Buffer.concat(directory);
  const end = Buffer.alloc(22);
  end.write('PK\x05\x06', 'latin1');
  end.writeUInt16LE(entries.length, 8);
  end.writeUInt16LE(entries.length, 10);
  end.writeUInt32LE(listing.length, 12);
  end.writeUInt32LE(offset, 16);
  return Buffer.concat([...bodies, listing, end]);
}

/** What inflates to `head`, then `times` the filler, then `tail`, made without ever holding all that. */
export function packedBomb(head: string, filler: string, times: number, tail: string): Buffer {
  const goesOn = (text: string) => deflateRawSync(text, { finishFlush: constants.Z_FULL_FLUSH });
  const middle = goesOn(filler);
  return Buffer.concat([goesOn(head), ...Array<Buffer>(times).fill(middle), deflateRawSync(tail)]);
}

const MAIN = 'application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml';
const OFFICE = 'http://schemas.openxmlformats.org/officeDocument/2006/relationships';
const W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"';

/** The least a DOCX can be, around a document of one's own. */
export function docxParts(document: Buffer | string, type = MAIN): ZipEntry[] {
  return [
    {
      name: '[Content_Types].xml',
      data: `<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="xml" ContentType="application/xml"/><Override PartName="/word/document.xml" ContentType="${type}"/></Types>`,
    },
    { name: '_rels/.rels', data: relationships([['officeDocument', 'word/document.xml']]) },
    { name: 'word/document.xml', data: document },
  ];
}

export function relationships(targets: [kind: string, target: string, mode?: string][]): string {
  const lines = targets.map(
    ([kind, target, mode = 'Internal'], index) =>
      `<Relationship Id="r${index}" Type="${OFFICE}/${kind}" Target="${target}" TargetMode="${mode}"/>`,
  );
  return `<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">${lines.join('')}</Relationships>`;
}

export function documentOf(body: string): string {
  return `<?xml version="1.0" encoding="UTF-8"?><w:document ${W}><w:body>${body}</w:body></w:document>`;
}

export function paragraphOf(text: string): string {
  return `<w:p><w:r><w:rPr><w:b/></w:rPr><w:t>${text}</w:t></w:r></w:p>`;
}

/** A whole DOCX with this body. */
export function docx(body: string, more: ZipEntry[] = []): Buffer {
  return zip([...docxParts(documentOf(body)), ...more]);
}
