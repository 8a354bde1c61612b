import { readEnvironment } from '../config/read-environment.js';
import { ConfigurationError } from '../config/start-error.js';
import { run } from './run.js';
import { readSubject, tokenFor } from './subject.js';

const USAGE = 'Usage: npm run open [-- --user <id>] [--admin]';

/** Prints a fresh address of the page: for a lost one, or to sign in as another user. */
async function main(): Promise<void> {
  const { user = 'demo', admin } = readSubject(USAGE);
  const { host, port } = readEnvironment();
  if (port === 0)
    throw new ConfigurationError('PORT must be a number: with 0 only the start knows the address');
  const token = await tokenFor({ user, admin });
  process.stdout.write(`http://${addressOf(host)}:${port}/#token=${token}\n`);
}

/** Where a server that listens on every address is reached from this machine. */
function addressOf(host: string): string {
  if (host === '0.0.0.0' || host === '::') return '127.0.0.1';
  return host.includes(':') ? `[${host}]` : host;
}

run(main);
