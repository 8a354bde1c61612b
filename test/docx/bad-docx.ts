import { fileOf } from '../files/files.js';
import { docx, docxParts, documentOf, paragraphOf, zip } from './zip.js';

const letter = fileOf('docx', 'letter.docx');
const text = paragraphOf('A text');
const whole = docxParts(documentOf(text));
const main = whole[2]!;
const sheet = 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml';
const lies = (says: object) => zip([...whole.slice(0, 2), { ...main, says }]);
const stored = zip([...whole.slice(0, 2), { ...main, stored: true }]);
const picture = '<w:p><w:r><w:drawing/></w:r></w:p>';
const withDoctype = (doctype: string, body: string) =>
  zip(docxParts(documentOf(body).replace('?>', `?>${doctype}`)));
const laughs = Array.from({ length: 9 }, (_, n) => `<!ENTITY l${n + 1} "${`&l${n};`.repeat(10)}">`).join('');
export type BadFile = [what: string, bytes: () => Buffer, status: number, code: string, says?: RegExp];

export const badDocx: BadFile[] = [
  ['an empty file', () => Buffer.alloc(0), 422, 'file_corrupt'],
  ['a text', () => Buffer.from('Dear reader'), 415, 'unsupported_file_type'],
  ['a PDF', () => Buffer.from('%PDF-1.7 something'), 415, 'unsupported_file_type'],
  ['a recording', () => fileOf('audio', 'tone.wav'), 415, 'unsupported_file_type'],
  [
    'an old .doc, or a password-protected one',
    () => Buffer.from('d0cf11e0a1b11ae1', 'hex'),
    415,
    'unsupported_file_type',
  ],
  ['an XLSX', () => zip(docxParts('<worksheet/>', sheet)), 415, 'unsupported_file_type'],
  ['any ZIP', () => zip([{ name: 'a.txt', data: 'text' }]), 415, 'unsupported_file_type'],
  ['an empty ZIP', () => zip([]), 415, 'unsupported_file_type'],
  ['encrypted parts', () => lies({ flags: 1 }), 415, 'unsupported_file_type'],
  ['a DOCX cut off', () => letter.subarray(0, letter.length - 100), 422, 'file_corrupt'],
  ['half a DOCX', () => letter.subarray(0, letter.length / 2), 422, 'file_corrupt'],
  ['a DOCX with bytes altered', () => Buffer.from(letter).fill(0x55, 1500, 1600), 422, 'file_corrupt'],
  ['a document that is missing', () => zip(whole.slice(0, 2)), 422, 'file_corrupt'],
  ['XML that ends too early', () => zip(docxParts(documentOf(text).slice(0, -20))), 422, 'file_corrupt'],
  ['XML that is not well-formed', () => docx('<w:p></w:r>'), 422, 'file_corrupt'],
  [
    'bytes that are no UTF-8',
    () => zip(docxParts(Buffer.from(documentOf('\xff'), 'latin1'))),
    422,
    'file_corrupt',
  ],
  ['a document without text', () => docx('<w:p/>'), 422, 'file_corrupt', /no text/],
  ['pictures alone', () => docx(picture.repeat(3)), 415, 'unsupported_file_type', /only pictures/],
  [
    'an old picture alone, among empty paragraphs',
    () => docx('<w:p/><w:p><w:r><w:pict/></w:r></w:p>'),
    415,
    'unsupported_file_type',
    /only pictures/,
  ],
  [
    'another file within the document',
    () => docx(`${text}<w:altChunk/>`),
    415,
    'unsupported_file_type',
    /another file in it/,
  ],
  [
    'another file within a table of it',
    () => docx(`<w:tbl><w:tr><w:tc><w:altChunk/>${text}</w:tc></w:tr></w:tbl>`),
    415,
    'unsupported_file_type',
    /another file in it/,
  ],
  [
    'a DOCX cut off, and zeroes',
    () => Buffer.concat([letter.subarray(0, -100), Buffer.alloc(512)]),
    422,
    'file_corrupt',
  ],
  [
    'two parts of one name',
    () => zip([...whole, { ...main, name: 'WORD/document.xml' }]),
    422,
    'file_corrupt',
  ],
  ['a name that leads out', () => zip([...whole, { name: '../../evil', data: 'x' }]), 422, 'file_corrupt'],
  ['a part larger than it says', () => lies({ inflatedBytes: 10 }), 422, 'file_too_complex'],
  [
    'a letter that is another one',
    () => Buffer.from(stored).fill('B', stored.indexOf('A text'), stored.indexOf('A text') + 1),
    422,
    'file_corrupt',
  ],
  ['a part smaller than it says', () => lies({ inflatedBytes: 5_000 }), 422, 'file_corrupt'],
  [
    'parts over each other',
    () => zip([...whole, { ...main, name: 'b', says: { offset: 0 } }]),
    422,
    'file_too_complex',
  ],
  ['a part longer than the file', () => lies({ compressedBytes: 99_999 }), 422, 'file_too_complex'],
  [
    '1,001 parts',
    () =>
      docx(
        text,
        Array.from({ length: 998 }, (_, n) => ({ name: `p${n}`, data: '' })),
      ),
    422,
    'file_too_complex',
  ],
  ['a DOCTYPE', () => withDoctype('<!DOCTYPE w:document>', text), 422, 'file_too_complex'],
  [
    'an entity bomb',
    () => withDoctype(`<!DOCTYPE a [<!ENTITY l0 "ha">${laughs}]>`, paragraphOf('&l9;')),
    422,
    'file_too_complex',
  ],
  [
    'a file as an entity',
    () => withDoctype('<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]>', paragraphOf('&x;')),
    422,
    'file_too_complex',
  ],
  ['an entity nobody defined', () => docx(paragraphOf('&x;')), 422, 'file_corrupt'],
];
