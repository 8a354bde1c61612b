import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { sentencesOf } from '../../src/read-aloud/sentences.js';

const paragraph = (text: string) => ({ type: 'paragraph' as const, runs: [{ text }] });
const said = (...texts: string[]) => [...sentencesOf(texts.map(paragraph), 120)];

describe('a text that is read aloud', () => {
  test('comes sentence by sentence, at the speed that was asked for', () => {
    expect(said('It was late. Nobody came!', '* * *', 'Then  the\nbell.')).toEqual([
      { number: 0, text: 'It was late.', startSeconds: 0, endSeconds: 1.5, characters: 12 },
      { number: 1, text: 'Nobody came!', startSeconds: 1.5, endSeconds: 2.5, characters: 12 },
      { number: 2, text: 'Then the bell.', startSeconds: 2.5, endSeconds: 4, characters: 14 },
    ]);
  });

  test('is cut into breaths where no sentence ends, between words and never within a character', () => {
    const breaths = said('word '.repeat(1_000), '🎭'.repeat(1_000), 'x🎭'.repeat(700));
    expect(breaths.every(({ text }) => text.length <= 600 && text.isWellFormed())).toBe(true);
    expect(
      breaths.filter(({ text }) => text.startsWith('word')).every(({ text }) => /^(word ?)+$/.test(text)),
    ).toBe(true);
  });

  test('has words in scripts that write no spaces', () => {
    const [first] = said('吾輩は猫である。名前はまだ無い。');
    expect(first).toMatchObject({ text: '吾輩は猫である。', characters: 8 });
    expect(first!.endSeconds).toBeGreaterThan(0);
  });

  test('is whole and in order: no word is lost or said twice, and each begins where the one before ends', () => {
    const text = fc.array(
      fc.constantFrom('one', 'two.', 'three!', '…', '—', 'ünï', '字', '\n', '🎭', 'x'.repeat(700)),
    );
    fc.assert(
      fc.property(
        fc.array(text.map((pieces) => pieces.join(' '))),
        fc.integer({ min: 40, max: 600 }),
        (texts, speed) => {
          const all = [...sentencesOf(texts.map(paragraph), speed)];
          const letters = (words: string) => words.match(/[\p{L}\p{N}]/gu) ?? [];
          expect(letters(all.map((one) => one.text).join(''))).toEqual(letters(texts.join('')));
          for (const [at, { number, startSeconds, endSeconds, characters, text: one }] of all.entries()) {
            expect([number, startSeconds]).toEqual([at, all[at - 1]?.endSeconds ?? 0]);
            expect(endSeconds).toBeGreaterThan(startSeconds);
            expect(characters).toBe(Array.from(one).length);
          }
        },
      ),
    );
  });
});
