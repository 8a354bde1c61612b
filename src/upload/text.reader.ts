import iconv from 'iconv-lite';
import type { WorkApart } from '../library/apart/work.js';
import { jsonOf } from '../library/blocks-json.js';
import { FileRefusal } from '../library/file-refusal.js';
import { decodeText } from './encoding/decode-text.js';
import { NotTextError } from './encoding/not-text.error.js';
import { previewsOf } from './encoding/preview.js';
import { readText, type TextFacts } from './text.js';
import { requireBearable } from './text-limits.js';

export type ReadText = Omit<TextFacts, 'blocks'> & { encoding: string };

// Their tables are loaded when they are needed, and then this process may open no file any more.
iconv.encodingExists('utf-8');
const { encodings } = iconv as unknown as { encodings: Record<string, unknown> };
for (const name of Object.keys(encodings)) iconv.encodingExists(name);

/** What a text says of itself; its blocks, as JSON, are the output. */
export const work: WorkApart<string | undefined, ReadText> = async ({
  given: named,
  files: [file],
  output,
}) => {
  if (file!.bytes === 0) throw new FileRefusal('file_corrupt', 'The file is empty.');
  const { text, encoding } = decode(await file!.read(), named);
  requireBearable(text);
  const { blocks, ...facts } = readText(text);
  await output.write(jsonOf(blocks));
  return { encoding, ...facts };
};

function decode(bytes: Buffer, named: string | undefined) {
  try {
    return decodeText(bytes, named);
  } catch (error) {
    if (!(error instanceof NotTextError)) throw error;
    throw refusalOf(error, bytes);
  }
}

function refusalOf({ message, candidates }: NotTextError, bytes: Buffer): FileRefusal {
  if (candidates.length === 0) {
    return new FileRefusal('unsupported_file_type', `This file is not plain text; ${message}.`);
  }
  const detail = `This may be a text, but ${message}. Name it with ?encoding=, for example ?encoding=${candidates[0]!}.`;
  return new FileRefusal('unsupported_file_type', detail, {
    candidates,
    previews: previewsOf(bytes, candidates),
  });
}
