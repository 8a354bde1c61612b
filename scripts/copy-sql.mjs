// tsc copies no .sql files; the ledger reads its migrations and functions from beside its compiled code.
import { cpSync } from 'node:fs';

cpSync('src', 'dist', {
  recursive: true,
  filter: (path) => !/\.[a-z]+$/.test(path) || path.endsWith('.sql'),
});
