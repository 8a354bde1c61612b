// `npm run image [-- BASE]`: the image, built by buildah without an engine, its size, and one upload that is paid for.
// As root, with buildah, and with mmdebstrap unless the name of an image to build on is given.
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { startCluster, stopCluster } from '../test/support/cluster.mjs';
import { makeBase } from './trial/base.mjs';
import { buildImage, compressedMb, configOf, mountImage } from './trial/buildah.mjs';
import { boxed } from './trial/box.mjs';
import { emptyDatabase } from './trial/database.mjs';
import { expectPaidUpload } from './trial/paid-upload.mjs';
import { readUnit } from './trial/unit.mjs';

const MOST_MB = 250;

const [base = makeBase()] = process.argv.slice(2);
const image = buildImage('creditgate', base);
const megabytes = compressedMb(image);
console.log(`compressed, without the embedded PostgreSQL: ${megabytes.toFixed(1)} MB`);
assert(megabytes <= MOST_MB, `more than ${MOST_MB} MB`);
const withServer = buildImage('creditgate-with-server', base, '--omit=dev');
console.log(`compressed, with it: ${compressedMb(withServer).toFixed(1)} MB`);

const root = mountImage(image);
const config = configOf(image);
assert.match(config.User, /^[1-9]\d*:[1-9]\d*$/, 'it runs as a plain user, by number');
await startCluster();
try {
  await tryCommand('the image', {
    root,
    user: config.User,
    folder: config.WorkingDir,
    command: config.Cmd,
    variables: Object.fromEntries(config.Env.map((line) => line.split(/=(.*)/s))),
    health: config.Healthcheck.Test.slice(1),
  });
  const { command, folder, variables, stateFolder } = readUnit();
  // As systemd lays it out: the same files under another name, the state of its own.
  const mounts = { [folder]: join(root, config.WorkingDir) };
  const unit = { root, user: config.User, folder, command, variables, mounts, stateFolder };
  await tryCommand('the unit', { ...unit, variables: { ...variables, PATH: '/usr/bin:/bin' } });
} finally {
  await stopCluster();
}

async function tryCommand(what, { stateFolder = '/data', health, ...place }) {
  const box = boxed({ ...place, stateFolder });
  const refused = box.run(['sh', '-c', 'echo > package.json || echo > /etc/passwd || echo > /new']);
  assert.notEqual(refused.status, 0, 'the root can be written to');
  await expectPaidUpload(box, { databaseUrl: await emptyDatabase(), health });
  console.log(`${what}: started as ${place.user} on a read-only root, paid for one upload, ended at SIGTERM`);
}
