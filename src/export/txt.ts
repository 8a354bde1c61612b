import { Readable } from 'node:stream';
import { textOf, type Block } from '../library/blocks.js';
import type { DocumentSource, ExportJob } from './export-job.js';
import type { Progress } from './progress.js';
import { blocksOf } from './stored-blocks.js';

const FLUSH_CHARACTERS = 64 * 1024;

/** Plain text in UTF-8: a blank line between paragraphs, none between list items, three between documents. */
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
  let pending = '';
  for (const [index, block] of blocks.entries()) {
    const inList = block.type === 'listItem' && blocks[index - 1]?.type === 'listItem';
    if (index > 0 && !inList) pending += '\n';
    pending += `${lineOf(block)}\n`;
    progress.paragraphs(1);
    if (pending.length < FLUSH_CHARACTERS) continue;
    yield Buffer.from(pending);
    pending = '';
  }
  yield Buffer.from(pending);
}

function lineOf({ type, level = 0, marker, runs }: Block): string {
  const indent = type === 'listItem' ? '  '.repeat(level) : '';
  const text = textOf(runs);
  if (marker === undefined) return text;
  return `${indent}${marker.text}${text === '' ? '' : ` ${text}`}`;
}
