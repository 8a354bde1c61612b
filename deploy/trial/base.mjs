// A base without a registry of images: Debian's smallest, and the Node that runs this.
import { existsSync, mkdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { buildah, run, workshop } from './buildah.mjs';

const NAME = 'localhost/creditgate-base';
const npm = join(dirname(dirname(process.execPath)), 'lib/node_modules/npm');

export function makeBase() {
  if (buildah(['images', '--quiet', NAME], { mayFail: true }) !== '') return NAME;
  const archive = join(workshop, 'debian.tar');
  mkdirSync(workshop, { recursive: true });
  if (!existsSync(archive)) {
    const packages = 'ca-certificates,libstdc++6,libatomic1';
    run('mmdebstrap', ['--variant=minbase', `--include=${packages}`, 'bookworm', archive]);
  }
  const container = buildah(['from', 'scratch']);
  buildah(['add', '--quiet', container, archive, '/']);
  buildah(['copy', '--quiet', container, process.execPath, '/usr/bin/node']);
  buildah(['copy', '--quiet', container, npm, '/usr/lib/node_modules/npm']);
  buildah(['run', '--isolation', 'chroot', container, '--', 'sh', '-c', LINKS]);
  buildah(['commit', '--quiet', '--rm', container, NAME]);
  return NAME;
}

const LINKS = `ln -s ../lib/node_modules/npm/bin/npm-cli.js /usr/bin/npm
rm -rf /var/lib/apt/lists /var/cache/apt /usr/share/doc /usr/share/man /usr/share/locale`;
