import { run } from './run.js';
import { readSubject, tokenFor } from './subject.js';
import { UsageError } from './usage-error.js';

const USAGE = 'Usage: npm run --silent token -- --user <id> [--admin]';

/** Standard output carries the token and nothing else, so that a shell can put it into a variable. */
async function main(): Promise<void> {
  const { user, admin } = readSubject(USAGE);
  if (user === undefined) throw new UsageError(`--user must be 1 to 255 characters. ${USAGE}`);
  process.stdout.write(`${await tokenFor({ user, admin })}\n`);
}

run(main);
