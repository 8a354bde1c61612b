import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';

const repository = join(import.meta.dirname, '../..');
/** What a trial makes; thrown away when it is deleted. */
export const workshop = join(repository, '.tmp/image');

const AUTHORITIES = '/etc/ssl/certs/ca-certificates.crt';
const STORAGE = ['--storage-driver', 'vfs', '--root', join(workshop, 'storage')];
const RUN_ROOT = ['--runroot', join(workshop, 'run')];

/** Standard output. */
export function run(command, args, { mayFail = false } = {}) {
  const stdio = ['ignore', 'pipe', mayFail ? 'ignore' : 'inherit'];
  const { status, stdout, error } = spawnSync(command, args, { cwd: repository, stdio, encoding: 'utf8' });
  if (mayFail) return (stdout ?? '').trim();
  if (error !== undefined || status !== 0) throw new Error(`${command} failed: ${error?.message ?? status}`);
  return stdout.trim();
}

export const buildah = (args, options) => run('buildah', [...STORAGE, ...RUN_ROOT, ...args], options);

/** In the format that has a place for HEALTHCHECK. */
export function buildImage(name, base, omit) {
  const args = ['--build-arg', `BASE=${base}`, ...(omit ? ['--build-arg', `OMIT=${omit}`] : [])];
  const how = ['--isolation', 'chroot', '--format', 'docker', '--quiet', '--pull-never'];
  const where = ['--file', 'deploy/Containerfile', '--tag', name, '.'];
  buildah(['build', ...how, ...asNpmIsSetUpHere(), ...args, ...where]);
  return `localhost/${name}`;
}

/** The way to packages that this machine has, with the authorities it believes. */
function asNpmIsSetUpHere() {
  const files = [run('npm', ['config', 'get', 'globalconfig']), join(homedir(), '.npmrc')];
  const settings = files.filter((file) => existsSync(file)).map((file) => readFileSync(file, 'utf8'));
  const npmrc = join(workshop, 'npmrc');
  mkdirSync(workshop, { recursive: true });
  writeFileSync(npmrc, settings.join('\n'));
  const authorities = existsSync(AUTHORITIES) ? ['--volume', `${AUTHORITIES}:${AUTHORITIES}:ro`] : [];
  return ['--secret', `id=npmrc,src=${npmrc}`, ...authorities];
}

/** What a registry would keep of it, and a machine would fetch. */
export function compressedMb(image) {
  const folder = join(workshop, 'pushed');
  rmSync(folder, { recursive: true, force: true });
  buildah(['push', '--quiet', image, `oci:${folder}:image`]);
  const blob = (digest) => JSON.parse(readFileSync(join(folder, 'blobs', digest.replace(':', '/')), 'utf8'));
  const index = JSON.parse(readFileSync(join(folder, 'index.json'), 'utf8'));
  const { layers } = blob(index.manifests[0].digest);
  return layers.reduce((sum, { size }) => sum + size, 0) / 1e6;
}

export function configOf(image) {
  return JSON.parse(buildah(['inspect', '--type', 'image', image])).Docker.config;
}

/** The folder where its files lie. */
export function mountImage(image) {
  return buildah(['mount', buildah(['from', image])]);
}
