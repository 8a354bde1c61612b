import { SHELF } from '../routes/parameters.js';
import type { DescribedAnswer, RouteDescription } from '../routes/route-description.js';
import { TAGS } from '../routes/tags.js';
import { libraryShapes } from './library.shapes.js';

const EXPORT_TYPES = {
  'text/plain': null,
  'application/json': null,
  'application/vnd.openxmlformats-officedocument.wordprocessingml.document': null,
  'application/pdf': null,
  'application/zip': null,
};

const bytes = (summary: string, description: string, files: DescribedAnswer['other']): RouteDescription => ({
  tag: TAGS.library,
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
  refusals: ['range_not_satisfiable', 'file_lost'],
});

const gone = (summary: string): RouteDescription => ({
  tag: TAGS.library,
  summary,
  description: 'For good; no credit comes back.',
  answers: { 204: { description: 'It is gone.' } },
});

export const libraryRoutes = {
  exports: {
    tag: TAGS.exports,
    summary: 'Exports',
    description: 'A page of them, and what is being made.',
    query: SHELF,
    answers: { 200: { description: 'Newest first.', json: libraryShapes.Exports } },
  },
  export: {
    tag: TAGS.exports,
    summary: 'One export',
    description: 'What it is and where it can be had.',
    answers: { 200: { description: 'The export.', json: libraryShapes.Export } },
  },
  exportFile: {
    ...bytes('Download an export', 'The file, free, as often as it is wanted.', EXPORT_TYPES),
    tag: TAGS.exports,
  },
  deleteExport: { ...gone('Delete an export'), tag: TAGS.exports },
  documents: {
    tag: TAGS.library,
    summary: 'Documents',
    description: 'A page of them.',
    query: SHELF,
    answers: { 200: { description: 'Newest first.', json: libraryShapes.Documents } },
  },
  document: {
    tag: TAGS.library,
    summary: 'One document',
    description: 'With its text, in blocks with their formatting.',
    answers: { 200: { description: 'The document.', json: libraryShapes.Document } },
    refusals: ['file_lost'],
  },
  deleteDocument: gone('Delete a document'),
  recordings: {
    tag: TAGS.library,
    summary: 'Recordings',
    description: 'A page of them.',
    query: SHELF,
    answers: { 200: { description: 'Newest first.', json: libraryShapes.Recordings } },
  },
  recording: {
    tag: TAGS.library,
    summary: 'One recording',
    description: 'What it is; its bytes are at `/file`.',
    answers: { 200: { description: 'The recording.', json: libraryShapes.Recording } },
  },
  recordingFile: bytes('Download a recording', 'The file as it was uploaded.', {
    'audio/*': null,
  }),
  deleteRecording: gone('Delete a recording'),
} satisfies Record<string, RouteDescription>;
