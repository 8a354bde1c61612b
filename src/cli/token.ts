import { parseArgs } from 'node:util';
import { readEnvironment } from '../config/environment.js';
import { ConfigurationError, EXIT_USAGE, StartError } from '../config/exit-codes.js';
import { loadEmbeddedKeys } from '../identity/embedded-keys.js';
import { mintToken } from '../identity/mint-token.js';
import { isUserId } from '../identity/user.js';

const USAGE = 'Usage: npm run --silent token -- --user <id> [--admin]';

class UsageError extends StartError {
  constructor(reason: string) {
    super(`${reason}. ${USAGE}`, EXIT_USAGE);
  }
}

/** Standard output carries the token and nothing else, so that a shell can put it into a variable. */
async function main(): Promise<void> {
  const subject = readArguments();
  const { authMode, dataDir } = readEnvironment();
  if (authMode !== 'embedded') {
    throw new ConfigurationError('AUTH_MODE must be embedded: otherwise tokens come from your issuer');
  }
  process.stdout.write(`${await mintToken(await loadEmbeddedKeys(dataDir), subject)}\n`);
}

function readArguments(): { user: string; admin: boolean } {
  const { user, admin } = parse();
  if (!isUserId(user))
    throw new UsageError('--user must be 1 to 255 characters, none of them a control character');
  return { user, admin };
}

function parse(): { user?: string; admin: boolean } {
  try {
    const options = { user: { type: 'string' }, admin: { type: 'boolean', default: false } } as const;
    return parseArgs({ options, strict: true }).values;
  } catch (error) {
    throw new UsageError((error as Error).message.replace(/\.[^]*/, ''));
  }
}

main().catch((error: unknown) => {
  if (!(error instanceof StartError)) throw error;
  process.stderr.write(`${error.message}\n`);
  process.exitCode = error.exitCode;
});
