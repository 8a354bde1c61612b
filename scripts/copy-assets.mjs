// tsc copies no other files. What left src must leave dist too: a migration that stayed behind would be applied.
import { cpSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';

const isAsset = (path) => path.endsWith('.sql') || /[\\/](public|fonts)[\\/]/.test(path);

for (const entry of readdirSync('dist', { recursive: true, withFileTypes: true })) {
  const path = join(entry.parentPath, entry.name);
  if (entry.isFile() && isAsset(path)) rmSync(path);
}
cpSync('src', 'dist', {
  recursive: true,
  filter: (path) => !/\.[a-z]+$/.test(path) || isAsset(path),
});
