import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { readSqlFile, readSqlFiles, type SqlFile } from './sql-files.js';

// In the package a module of the same name stands here that holds these texts itself (scripts/pack.mjs): a program
// that is bundled has no files beside it.
const here = dirname(fileURLToPath(import.meta.url));

const FUNCTIONS = [
  'hand.sql',
  'names.sql',
  'events.sql',
  'settle.sql',
  'clawback.sql',
  'refill.sql',
  'refill-together.sql',
  'announce.sql',
  'why-held.sql',
  'meaning.sql',
  'apply.sql',
  'allow.sql',
  'paid.sql',
  'erase.sql',
  'forget.sql',
  'edits.sql',
  'history.sql',
  'integrity.sql',
  'roles.sql',
];

export const ledgerMigrations = (): SqlFile[] => readSqlFiles(join(here, 'migrations'));

/** In the order in which they are applied. */
export const ledgerFunctions = (): SqlFile[] => FUNCTIONS.map((name) => readSqlFile(join(here, name)));
