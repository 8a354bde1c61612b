import { randomBytes } from 'node:crypto';
import pg from 'pg';
import { migrateLedger } from '../../../dist/credits/plumbing.js';

/** Fresh ledgers on the server of the large one; gone afterwards. */
export class SmallDatabases {
  #names = [];

  constructor(serverUrl) {
    this.serverUrl = serverUrl;
  }

  /** @returns the URL of a migrated, empty ledger, changed by `sql` */
  async make(sql = '') {
    const name = `creditgate_small_${randomBytes(4).toString('hex')}`;
    await run(this.serverUrl, (client) => client.query(`CREATE DATABASE ${name}`));
    this.#names.push(name);
    const url = new URL(this.serverUrl);
    url.pathname = `/${name}`;
    await run(url.href, async (client) => {
      await migrateLedger(client);
      if (sql !== '') await client.query(sql);
    });
    return url.href;
  }

  async close() {
    for (const name of this.#names) {
      await run(this.serverUrl, (client) => client.query(`DROP DATABASE IF EXISTS ${name} WITH (FORCE)`));
    }
  }
}

export async function run(connectionString, work) {
  const client = new pg.Client({ connectionString, application_name: 'bench monitor' });
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}
