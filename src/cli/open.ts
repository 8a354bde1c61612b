import type { Environment } from '../config/environment.js';
import { isGivenNow, readEnvironment } from '../config/read-environment.js';
import { ConfigurationError } from '../config/start-error.js';
import { notedAddress } from '../identity/noted-address.js';
import { run } from './run.js';
import { readSubject, tokenFor } from './subject.js';

const USAGE = 'Usage: npm run open [-- --user <id>] [--admin]';

/** Prints a fresh address of the page: for a lost one, or to sign in as another user. */
async function main(): Promise<void> {
  const { user = 'demo', admin } = readSubject(USAGE);
  const environment = readEnvironment();
  const url = (await notedUrl(environment)) ?? urlOf(environment);
  const token = await tokenFor({ user, admin });
  process.stdout.write(`${url}#token=${token}\n`);
}

/** A port given to this command counts; otherwise the server that was started last, with whatever settings. */
async function notedUrl({ port, dataDir }: Environment): Promise<string | null> {
  return isGivenNow('PORT') && port !== 0 ? null : notedAddress(dataDir);
}

function urlOf({ host, port }: Environment): string {
  if (port === 0)
    throw new ConfigurationError('PORT must be a number: with 0 only the start knows the address');
  return `http://${addressOf(host)}:${port}/`;
}

/** The address at which this machine reaches a server that listens on every address. */
function addressOf(host: string): string {
  if (host === '0.0.0.0' || host === '::') return '127.0.0.1';
  return host.includes(':') ? `[${host}]` : host;
}

run(main);
