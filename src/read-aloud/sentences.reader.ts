import type { WorkApart } from '../library/apart/work.js';
import type { Block } from '../library/blocks.js';
import { sentencesOf } from './sentences.js';

export interface ReadingAloud {
  wordsPerMinute: number;
  /** The number of the first sentence that is wanted. */
  from: number;
}

export interface Script {
  /** Of all that is wanted. */
  characters: number;
}

/** A stored document's sentences, from its blocks; they are the output, one a line. */
export const work: WorkApart<ReadingAloud, Script> = async ({ given, files: [file], output }) => {
  const script = { characters: 0 };
  const blocks = JSON.parse((await file!.read()).toString()) as Block[];
  await output.write(linesOf(blocks, given, script));
  return script;
};

function* linesOf(
  blocks: Block[],
  { wordsPerMinute, from }: ReadingAloud,
  script: Script,
): Generator<Buffer> {
  for (const sentence of sentencesOf(blocks, wordsPerMinute)) {
    if (sentence.number < from) continue;
    script.characters += sentence.characters;
    yield Buffer.from(`${JSON.stringify(sentence)}\n`);
  }
}
