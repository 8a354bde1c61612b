import { answerWith } from '../library/answer-with.js';
import { readDocx } from './read-docx.js';

await answerWith(async (path: string) => {
  const result = await readDocx(path);
  return { result, transfer: [result.blocks.buffer] };
});
