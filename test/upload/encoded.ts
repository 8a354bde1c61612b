import iconv from 'iconv-lite';

/** Some encodings as other programs write them, made without the code under test. */
const OTHER_NAMES: Record<string, string> = { 'x-mac-ce': 'maccenteuro', 'x-mac-cyrillic': 'macukraine' };

export const ENCODINGS = [
  ...[
    'utf-8',
    'utf-8 marked',
    'utf-16le',
    'utf-16le marked',
    'utf-16be',
    'utf-16be marked',
    'utf-32le',
    'utf-32be',
  ],
  ...[
    'utf-7',
    'windows-1250',
    'windows-1251',
    'windows-1252',
    'windows-1253',
    'windows-1254',
    'windows-1255',
  ],
  ...['windows-1256', 'windows-1258', 'windows-874', 'iso-8859-1', 'iso-8859-2', 'iso-8859-5', 'iso-8859-7'],
  ...['iso-8859-9', 'iso-8859-15', 'koi8-r', 'koi8-u', 'cp437', 'cp850', 'cp852', 'cp866', 'cp857', 'cp737'],
  ...['macintosh', 'x-mac-ce', 'x-mac-cyrillic', 'shift_jis', 'euc-jp', 'euc-kr', 'gb18030', 'big5'],
];

/** The text in an encoding; undefined where the encoding does not have all of its letters. */
export function encoded(text: string, encoding: string): Buffer | undefined {
  const [name = '', marked] = encoding.split(' ');
  const spelled = name === 'windows-1258' ? tonesApart(text) : text;
  const bytes = iconv.encode(spelled, OTHER_NAMES[name] ?? name, { addBOM: marked !== undefined });
  return decodedBy(encoding, bytes).normalize('NFC') === text.normalize('NFC') ? bytes : undefined;
}

/** What the encoding, and no other, makes of the bytes. */
export function decodedBy(encoding: string, bytes: Buffer): string {
  const [name = ''] = encoding.split(' ');
  if (/^utf-(8|16)|^(mac|x-mac-c)/.test(name) && name !== 'x-mac-ce')
    return new TextDecoder(name).decode(bytes);
  const text = iconv.decode(bytes, OTHER_NAMES[name] ?? name);
  return name === 'windows-1258' ? text.normalize('NFC') : text;
}

function tonesApart(text: string): string {
  return Array.from(text.normalize('NFC'), (letter) => {
    const [base = '', ...marks] = letter.normalize('NFD');
    const tone = marks.find((mark) => '\u0300\u0301\u0303\u0309\u0323'.includes(mark));
    if (tone === undefined) return letter;
    return (base + marks.filter((mark) => mark !== tone).join('')).normalize('NFC') + tone;
  }).join('');
}
