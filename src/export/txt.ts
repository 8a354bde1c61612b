import { Readable } from 'node:stream';
import { textOf, type Block } from '../library/blocks.js';
import type { DocumentSource, ExportJob } from './export-job.js';
import { ListMarkers } from './list-markers.js';
import type { Progress } from './progress.js';
import { blocksOf } from './stored-blocks.js';

const FLUSH_CHARACTERS = 64 * 1024;

/** Plain text in UTF-8: paragraphs stand apart by a blank line, items of a list do not, documents by three. */
export function writeTxt({ documents }: ExportJob, progress: Progress): Readable {
  return Readable.from(textOfAll(documents, progress));
}

async function* textOfAll(documents: DocumentSource[], progress: Progress): AsyncGenerator<Buffer> {
  for (const [index, document] of documents.entries()) {
    if (index > 0) yield Buffer.from('\n\n\n');
    yield* textOfDocument(await blocksOf(document), progress);
  }
}

function* textOfDocument(blocks: Block[], progress: Progress): Generator<Buffer> {
  const markers = new ListMarkers();
  let pending = '';
  for (const [index, block] of blocks.entries()) {
    const inList = block.type === 'listItem' && blocks[index - 1]?.type === 'listItem';
    if (index > 0 && !inList) pending += '\n';
    pending += `${lineOf(block, markers.next(block))}\n`;
    progress.paragraphs(1);
    if (pending.length < FLUSH_CHARACTERS) continue;
    yield Buffer.from(pending);
    pending = '';
  }
  yield Buffer.from(pending);
}

function lineOf({ level = 0, runs }: Block, marker: string | undefined): string {
  const text = textOf(runs);
  return marker === undefined ? text : `${'  '.repeat(level)}${marker} ${text}`;
}
