import { SHELF } from '../headers.js';
import type { Answer, OperationDescription, OperationTable } from '../operation.js';
import { text } from '../schemas/parts.js';

const stored = (what: string, json: NonNullable<Answer['json']>): OperationDescription['answers'] => ({
  201: { description: `Stored, owned and retrievable: ${what}.`, json },
});

const EXPORT_TYPES = {
  'text/plain': null,
  'application/json': null,
  'application/vnd.openxmlformats-officedocument.wordprocessingml.document': null,
  'application/pdf': null,
  'application/zip': null,
};

const FILE_REFUSALS = ['unsupported_file_type', 'file_corrupt', 'file_too_complex', 'storage_full'] as const;

const bytes = (summary: string, description: string, files: Answer['other']): OperationDescription => ({
  tag: 'Library',
  summary,
  description,
  headers: ['Range', 'If-None-Match'],
  answers: {
    200: { description: 'The file.', other: files, headers: ['Content-Disposition', 'ETag'] },
    206: {
      description: 'The range.',
      other: files,
      headers: ['Content-Disposition', 'Content-Range', 'ETag'],
    },
    304: { description: 'The client has it.', headers: ['ETag'] },
  },
  refusals: ['range_not_satisfiable'],
});

const gone = (summary: string): OperationDescription => ({
  tag: 'Library',
  summary,
  description: 'For good; no credit comes back.',
  answers: { 204: { description: 'It is gone.' } },
});

export const libraryOperations: OperationTable = {
  'POST /api/upload/txt': {
    tag: 'Uploads',
    summary: 'Upload a text',
    description:
      'A plain text in any common encoding; one that cannot be told with confidence is refused (415) and wants to be named. Costs `txt_upload`.',
    query: {
      encoding: {
        description: 'The name of its encoding; without it the bytes tell.',
        schema: text,
        example: 'windows-1251',
      },
    },
    takes: { file: 'A plain text.' },
    answers: stored('the text as a document', 'StoredText'),
    refusals: FILE_REFUSALS,
  },
  'POST /api/upload/audio': {
    tag: 'Uploads',
    summary: 'Upload a recording',
    description: 'WAV, MP3, FLAC, OGG or M4A, recognised from the bytes. Costs `audio_upload`.',
    takes: { file: 'A recording.' },
    answers: stored('the recording', 'StoredRecording'),
    refusals: [...FILE_REFUSALS, 'overloaded'],
  },
  'POST /api/docx': {
    tag: 'Uploads',
    summary: 'Process a Word document',
    description: 'Headings, lists, alignment, bold, italic and underline are kept. Costs `docx_processing`.',
    takes: { file: 'A DOCX.' },
    answers: stored('the document', 'StoredDocx'),
    refusals: [...FILE_REFUSALS, 'overloaded'],
  },
  'POST /api/export': {
    tag: 'Exports',
    summary: 'Make an export',
    description:
      '`txt` and `json` are free; `docx`, `pdf` and `zip` cost `premium_export`. At least one id; `zip` bundles documents, recordings and a manifest.',
    takes: { json: 'ExportRequest' },
    answers: stored('the export', 'MadeExport'),
    refusals: ['not_found', 'file_too_complex', 'storage_full', 'overloaded'],
  },
  'GET /api/export': {
    tag: 'Exports',
    summary: 'Exports',
    description: 'A page of them, and what is being made.',
    query: SHELF,
    answers: { 200: { description: 'Newest first.', json: 'Exports' } },
  },
  'GET /api/export/{id}': {
    tag: 'Exports',
    summary: 'One export',
    description: 'What it is and where it can be had.',
    answers: { 200: { description: 'The export.', json: 'Export' } },
  },
  'GET /api/export/{id}/download': {
    ...bytes('Download an export', 'The file, free, as often as it is wanted.', EXPORT_TYPES),
    tag: 'Exports',
  },
  'DELETE /api/export/{id}': { ...gone('Delete an export'), tag: 'Exports' },
  'GET /api/documents': {
    tag: 'Library',
    summary: 'Documents',
    description: 'A page of them.',
    query: SHELF,
    answers: { 200: { description: 'Newest first.', json: 'Documents' } },
  },
  'GET /api/documents/{id}': {
    tag: 'Library',
    summary: 'One document',
    description: 'With its text, in blocks with their formatting.',
    answers: { 200: { description: 'The document.', json: 'Document' } },
  },
  'DELETE /api/documents/{id}': gone('Delete a document'),
  'GET /api/audio': {
    tag: 'Library',
    summary: 'Recordings',
    description: 'A page of them.',
    query: SHELF,
    answers: { 200: { description: 'Newest first.', json: 'Recordings' } },
  },
  'GET /api/audio/{id}': {
    tag: 'Library',
    summary: 'One recording',
    description: 'What it is; its bytes are at `/file`.',
    answers: { 200: { description: 'The recording.', json: 'Recording' } },
  },
  'GET /api/audio/{id}/file': bytes('Download a recording', 'The file as it was uploaded.', {
    'audio/*': null,
  }),
  'DELETE /api/audio/{id}': gone('Delete a recording'),
};
