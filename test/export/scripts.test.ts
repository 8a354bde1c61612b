import { afterAll, describe, expect, test } from '@jest/globals';
import { extractText, getDocumentProxy } from 'unpdf';
import { FileRefusal } from '../../src/library/file-refusal.js';
import { Writing } from './writing.js';

const writing = new Writing();
afterAll(() => writing.end());

const write = (text: string) =>
  writing.write('pdf', { documents: [writing.source([{ type: 'paragraph', runs: [{ text }] }])] });

/** Without spaces, which pdf.js finds by the places of signs; the number of the page is the last. */
async function found(text: string): Promise<string> {
  const { text: pages } = await extractText(await getDocumentProxy(new Uint8Array(await write(text))));
  return unspaced(pages.join('')).replace(/1$/, '');
}
const unspaced = (text: string) => text.normalize('NFC').replace(/\s/g, '');

describe('a PDF has the text as it is read', () => {
  test.each([
    ['brackets from right to left', 'בראשית ברא אלהים (את השמים)'],
    ['brackets of every kind, both ways', '[שלום] {עולם} «כן» (yes) <no>'],
    ['Hebrew within English', 'English (עברית) and [שלום עולם] too.'],
    ['English and numbers within Arabic', 'رقم ٤٢ في London، (والسلام)'],
    ['numbers within Hebrew', 'ראשון one שני 42 שלישי'],
    ['letters that look alike', 'A Α А — B Β В'],
    ['Hangul in parts', '\u1112\u1161\u11ab\u1100\u1173\u11af'],
    ['Kana and Latin in parts', '\u304b\u3099\u306f\u309a e\u0301 o\u0308\u0304'],
    ['Vietnamese in parts', 'Đà Nẵng'.normalize('NFD')],
    ['Bengali', 'কি খবর? বাংলা ভাষা, ক্ষমতা ও স্ত্রী কোথায় পৌঁছে গেলো'],
    ['Tamil', 'தமிழ் மொழி கொண்டு வந்தான் ஸ்ரீ'],
    ['Khmer', 'ភាសាខ្មែរ ក្រុមហ៊ុន ស្ត្រី'],
    ['Amharic', 'አማርኛ ቋንቋ ነው።'],
    ['Hindi', 'हिन्दी में कि स्थिति विद्या'],
    ['Thai', 'คืนนั้นน้ำนิ่ง ที่นี่'],
    ['signs that no font has', '🌊 and ⑳'],
  ])('%s', async (_what, text) => {
    expect(await found(text)).toBe(unspaced(text));
  });

  test('with the spaces between words of one font', async () => {
    const { text } = await extractText(
      await getDocumentProxy(new Uint8Array(await write('رقم ٤٢ في البحر'))),
    );
    expect(text.join('')).toContain('رقم ٤٢ في البحر');
  });
});

describe('a script without a font is refused by its name:', () => {
  test.each([
    ['Burmese', 'မြန်မာဘာသာ'],
    ['Telugu', 'a word: తెలుగు'],
    ['Sinhala', 'සිංහල'],
    ['Punjabi', 'ਪੰਜਾਬੀ'],
  ])('%s', async (name, text) => {
    const refused = await write(text).catch((error: unknown) => error);
    expect(refused).toBeInstanceOf(FileRefusal);
    expect((refused as FileRefusal).message).toContain(name);
  });

  test('but a rare letter of a script that has one is a box', async () => {
    expect(await found('a𪚥b')).toBe('a𪚥b');
  });
});
