import { expect, test } from '@jest/globals';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ArchiveWriter } from '../../src/backup/archive-writer.js';
import { makeFolder, removeFolder } from './places.js';

test.each(['no/such/folder.zip', 'a-file/within.zip', `${'n'.repeat(300)}.zip`])(
  'a backup that cannot be written where it should be says so: %s',
  async (name) => {
    const folder = makeFolder();
    writeFileSync(join(folder, 'a-file'), '');
    const path = join(folder, name);
    await expect(ArchiveWriter.create(path)).rejects.toMatchObject({
      exitCode: 78,
      message: expect.stringMatching(/\.zip cannot be written \(E\w+\)$/),
    });
    removeFolder(folder);
  },
);
