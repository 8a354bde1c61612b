import { EXPORT_FORMATS } from './export.entity.js';
import { SHELF } from '../routes/parameters.js';
import {
  about,
  arrayOf,
  count,
  flag,
  id,
  joined,
  object,
  oneOf,
  orNull,
  pageOf,
  sha256,
  text,
  time,
  shapes,
} from '../routes/schema.js';

export const exportFormat = oneOf(...EXPORT_FORMATS);

export const DOCUMENT = '0199a1c2-7c2a-7000-8b6d-2f4e6a8c0d11';
const RECORDING = '0199a1c5-02d1-7aa0-9c41-5e7f90a1b2c3';
const EXPORT = '0199a1c8-4b10-7cc2-8d53-1a2b3c4d5e6f';
const SHA256 = 'b5bb9d8014a0f9b1d61e21e796d78dccdf1352f23cd32812f4850b878ae4944c';

export const heading = object(
  { level: { type: 'integer', minimum: 1, maximum: 9 }, text },
  { level: 1, text: 'A Chapter' },
);
export const headings = arrayOf(heading);
export const counts = { characters: count, words: count, paragraphs: count };
export const counted = { characters: 31, words: 7, paragraphs: 2 };

const document = object(
  {
    id,
    kind: oneOf('txt', 'docx'),
    title: text,
    filename: text,
    bytes: count,
    sha256,
    encoding: about('Of a text; null for a DOCX', orNull(text)),
    ...counts,
    headings,
    createdAt: time,
  },
  {
    id: DOCUMENT,
    kind: 'txt',
    title: 'A Chapter',
    filename: 'chapter.txt',
    bytes: 34,
    sha256: SHA256,
    encoding: 'utf-8',
    ...counted,
    headings: [],
    createdAt: '2026-11-27T10:00:00.512Z',
  },
);

const run = object(
  { text, bold: flag, italic: flag, underline: flag },
  { text: 'It was a dark night.', bold: true },
  { optional: ['bold', 'italic', 'underline'] },
);
const marker = about(
  'Of list items and numbered headings: what stands before the text. The last of `numbers` and `formats` is of its own level, and `pattern` has `%1` for the number of the first',
  object(
    {
      text,
      list: about('Which list of the document, from 1', count),
      pattern: text,
      numbers: arrayOf(count),
      formats: arrayOf(text),
      legal: about('The levels above are in decimal here', flag),
    },
    { text: 'b)', list: 1, pattern: '%1)', numbers: [2], formats: ['lowerLetter'] },
    { optional: ['legal'] },
  ),
);
const block = object(
  {
    type: oneOf('paragraph', 'heading', 'listItem'),
    level: about('1 to 9 for headings, from 0 for list items', count),
    ordered: flag,
    marker,
    align: oneOf('center', 'right', 'justify'),
    runs: arrayOf(run),
  },
  { type: 'paragraph', runs: [run.examples[0]] },
  { optional: ['level', 'ordered', 'marker', 'align'] },
);

export const recordingStored = object(
  {
    id,
    filename: text,
    bytes: count,
    sha256,
    container: oneOf('wav', 'mp3', 'flac', 'ogg', 'm4a'),
    codec: text,
    durationSeconds: { type: 'number', minimum: 0 },
    sampleRate: about('Samples a second', count),
    channels: count,
    bitrate: about('Bits a second, on average', count),
  },
  {
    id: RECORDING,
    filename: 'take-1.wav',
    bytes: 176444,
    sha256: SHA256,
    container: 'wav',
    codec: 'PCM',
    durationSeconds: 2,
    sampleRate: 44100,
    channels: 1,
    bitrate: 705600,
  },
);
const recording = joined(
  recordingStored,
  object({ createdAt: time }, { createdAt: '2026-11-27T10:02:00.000Z' }),
);

export const exported = object(
  { id, format: exportFormat, filename: text, bytes: count, sha256, downloadUrl: text },
  {
    id: EXPORT,
    format: 'pdf',
    filename: 'A Chapter.pdf',
    bytes: 18211,
    sha256: SHA256,
    downloadUrl: `/api/export/${EXPORT}/download`,
  },
);
const listedExport = joined(
  exported,
  object({ title: text, createdAt: time }, { title: 'A Chapter', createdAt: '2026-11-27T10:05:00.000Z' }),
);
const job = object(
  {
    id,
    format: exportFormat,
    title: text,
    progress: { type: 'number', minimum: 0, maximum: 1 },
    startedAt: time,
  },
  { id: EXPORT, format: 'zip', title: 'A Chapter', progress: 0.4, startedAt: '2026-11-27T10:05:00.000Z' },
);

export const libraryShapes = shapes({
  Documents: pageOf(document, SHELF.cursor.example),
  Document: joined(document, object({ blocks: arrayOf(block) }, { blocks: [block.examples[0]] })),
  Recordings: pageOf(recording, SHELF.cursor.example),
  Recording: recording,
  Export: listedExport,
  Exports: joined(
    pageOf(listedExport, SHELF.cursor.example),
    object({ running: arrayOf(job) }, { running: [job.examples[0]] }),
  ),
});
