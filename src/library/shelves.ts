/**
 * Where files lie, which table owns them and what its rows are. Everything that keeps files has its line here; the
 * table has the columns `id`, `user_id` and `hold_id`, and `sha256` of the file called `name`; `files` are all that a
 * row has.
 */
export const SHELVES = [
  {
    kind: 'document',
    folder: 'documents',
    table: 'library.documents',
    name: 'original',
    files: ['original', 'blocks.json'],
  },
  {
    kind: 'recording',
    folder: 'recordings',
    table: 'library.recordings',
    name: 'original',
    files: ['original'],
  },
  { kind: 'export', folder: 'exports', table: 'library.exports', name: 'export', files: ['export'] },
] as const;

export type Shelf = (typeof SHELVES)[number];
