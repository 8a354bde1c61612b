// `npm run dev`: build, start, and do both again whenever a source changes. A build takes about half a second and strips
// the types only; your editor and `npm run check` tell of those. A build that fails leaves the last one running.
import { spawn, spawnSync } from 'node:child_process';
import { watch } from 'node:fs';

const SETTLE_MS = 100;

let server;
let timer;

restart();
watch('src', { recursive: true }, () => {
  clearTimeout(timer);
  timer = setTimeout(restart, SETTLE_MS);
});
for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => stop().then(() => process.exit(0)));

async function restart() {
  const { status } = spawnSync(process.execPath, ['scripts/build-if-changed.mjs'], { stdio: 'inherit' });
  if (status !== 0) return;
  await stop();
  server = spawn(process.execPath, ['--enable-source-maps', 'dist/main.js'], { stdio: 'inherit' });
}

/** The same end as in production: work that runs is finished or given back. */
async function stop() {
  if (server === undefined || server.exitCode !== null || server.signalCode !== null) return;
  const ended = new Promise((resolve) => server.once('exit', resolve));
  server.kill('SIGTERM');
  await ended;
}
