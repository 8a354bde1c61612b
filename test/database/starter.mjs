// A process that uses the embedded database of its checkout: node starter.mjs DATA_DIR. It says what happens in lines
// of JSON, and gives the server back when its stdin ends. Being a process, it can be killed.
import { startEmbeddedPostgres } from '../../dist/database/embedded-postgres.js';

const [dataDir] = process.argv.slice(2);
const say = (fact) => process.stdout.write(`${JSON.stringify(fact)}\n`);

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
