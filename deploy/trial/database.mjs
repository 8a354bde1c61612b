import { randomBytes } from 'node:crypto';
import pg from 'pg';

/** On the server of the run, of its plain owner. */
export async function emptyDatabase() {
  const { CREDITGATE_TEST_SERVER_URL: serverUrl, CREDITGATE_TEST_OWNER_URL: ownerUrl } = process.env;
  const url = new URL(ownerUrl);
  const name = `image_${randomBytes(4).toString('hex')}`;
  const client = new pg.Client({ connectionString: serverUrl });
  await client.connect();
  await client.query(
    `CREATE DATABASE ${name} OWNER ${pg.escapeIdentifier(decodeURIComponent(url.username))}`,
  );
  await client.end();
  url.pathname = `/${name}`;
  return url.href;
}
