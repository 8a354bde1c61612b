import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createInterface } from 'node:readline';

const PORT = '3987';
const PRICE = 3;

/** Starts what is in the box, uploads one text as a user of its own, and ends it as an orchestrator does. */
export async function expectPaidUpload(box, { databaseUrl, health }) {
  const variables = { DATABASE_URL: databaseUrl, PORT };
  const program = box.start(variables);
  const ended = once(program, 'exit');
  try {
    const url = await Promise.race([addressOf(program), ended]);
    assert(typeof url === 'string', `it ended with ${String(url)}`);
    if (health !== undefined) assert.equal(box.run(health, variables).status, 0, 'HEALTHCHECK fails');
    const { status, stdout, stderr } = box.run(['node', 'dist/cli/token.js', '--user', 'alice'], variables);
    assert.equal(status, 0, stderr);
    await expectCharged(`http://127.0.0.1:${PORT}`, stdout.trim());
  } finally {
    program.kill('SIGTERM');
  }
  assert.deepEqual(await ended, [0, null]);
}

async function addressOf(program) {
  for await (const line of createInterface(program.stdout)) {
    if (line.startsWith('http')) return line;
    console.log(line);
  }
  return undefined;
}

async function expectCharged(url, token) {
  const body = new FormData();
  body.append('file', new Blob(['A Chapter\n\nIt was a dark night.\n']), 'chapter.txt');
  const headers = { authorization: `Bearer ${token}` };
  const answer = await fetch(`${url}/api/upload/txt`, { method: 'POST', headers, body });
  const stored = await answer.json();
  assert.equal(answer.status, 201, JSON.stringify(stored));
  assert.equal(stored.credits.charged, PRICE);
  const { available } = await (await fetch(`${url}/api/credits`, { headers })).json();
  assert.equal(available, 100 - PRICE);
}
