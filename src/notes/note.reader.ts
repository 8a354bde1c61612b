import type { Work } from '../library/apart/work.js';
import { jsonOf } from '../library/blocks-json.js';
import { FileRefusal } from '../library/file-refusal.js';

export interface ReadNote {
  title: string;
  characters: number;
  words: number;
  paragraphs: number;
}

/** A note is one paragraph, whatever is in it. */
export const work: Work<void, ReadNote> = async ({ files: [file], output }) => {
  if (file!.bytes === 0) throw new FileRefusal('file_corrupt', 'The file is empty.');
  const text = (await file!.read()).toString('utf8').trim();
  await output.write(jsonOf([{ type: 'paragraph', runs: [{ text }] }]));
  const words = text.split(/\s+/);
  return { title: words[0] ?? '', characters: text.length, words: words.length, paragraphs: 1 };
};
