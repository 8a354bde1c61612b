// A process that uses the embedded database: node starter.mjs DATA_DIR [checkout]. It says what happens in lines
// of JSON, and gives the server back when its stdin ends. Being a process, it can be killed.
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

const [dataDir, checkout = join(import.meta.dirname, '../..')] = process.argv.slice(2);
const say = (fact) => process.stdout.write(`${JSON.stringify(fact)}\n`);

const { startEmbeddedPostgres } = await import(
  pathToFileURL(join(checkout, 'dist/database/embedded-postgres.js')).href
);
try {
  const startedAt = performance.now();
  const server = await startEmbeddedPostgres({ dataDir, onProgress: (progress) => say({ progress }) });
  say({ url: server.url, ms: performance.now() - startedAt });
  process.stdin.resume().on('end', async () => {
    await server.stop();
    say({ stopped: true });
    process.exit(0);
  });
} catch (error) {
  say({ error: error.message, exitCode: error.exitCode });
  process.exit(error.exitCode ?? 1);
}
