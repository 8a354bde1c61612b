import pg from 'pg';
import { startEmbeddedPostgres } from '../../dist/database/embedded-postgres.js';
import { superuserUrl } from '../../dist/database/embedded/cluster.js';
import { findHome } from '../../dist/database/embedded/home.js';

/**
 * The product's embedded server. Its owner stays no superuser, but may do here what measuring takes: make databases, and
 * look at the server's settings, statistics and write-ahead log, and flush what the contender before left.
 */
export async function startBenchServer(options) {
  const server = await startEmbeddedPostgres(options);
  const { username, port, pathname } = new URL(server.url);
  const home = findHome(options.dataDir).path;
  for (const database of [pathname.slice(1), 'template1']) {
    const superuser = new pg.Client({ connectionString: superuserUrl(home, port, database) });
    await superuser.connect();
    await superuser.query(
      `ALTER ROLE ${username} CREATEDB; GRANT pg_monitor, pg_read_server_files, pg_checkpoint TO ${username}`,
    );
    // Not every build has it; the figures of the log are then missing.
    await superuser.query('CREATE EXTENSION IF NOT EXISTS pg_walinspect').catch(() => undefined);
    await superuser.end();
  }
  return server;
}
