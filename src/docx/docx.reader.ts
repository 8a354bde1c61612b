import type { WorkApart } from '../library/apart/work.js';
import { readDocx, type ReadDocx } from './read-docx.js';

/** The facts of a DOCX; its blocks, as JSON, are the program's output. */
export const work: WorkApart<void, Omit<ReadDocx, 'blocks'>> = async ({ files: [file], output }) => {
  const { blocks, ...facts } = await readDocx(file!.descriptor);
  await output.write([blocks]);
  return facts;
};
