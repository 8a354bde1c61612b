import { parseArgs } from 'node:util';
import { readEnvironment } from '../config/read-environment.js';
import { ConfigurationError } from '../config/start-error.js';
import { loadEmbeddedKeys } from '../identity/embedded-keys.js';
import { mintToken } from '../identity/mint-token.js';
import { isUserId } from '../identity/user.js';
import { UsageError } from './usage-error.js';

export interface Subject {
  user?: string;
  admin: boolean;
}

/** Who a token is for: `--user <id> [--admin]`. @throws UsageError */
export function readSubject(usage: string): Subject {
  const subject = parse(usage);
  if (subject.user === undefined || isUserId(subject.user)) return subject;
  throw new UsageError(`--user must be 1 to 255 characters, none of them a control character. ${usage}`);
}

/** @throws ConfigurationError if another issuer makes the tokens */
export async function tokenFor(subject: { user: string; admin: boolean }): Promise<string> {
  const { authMode, dataDir } = readEnvironment();
  if (authMode !== 'embedded') {
    throw new ConfigurationError('AUTH_MODE must be embedded: otherwise tokens come from your issuer');
  }
  return mintToken(await loadEmbeddedKeys(dataDir), subject);
}

function parse(usage: string): Subject {
  try {
    const options = { user: { type: 'string' }, admin: { type: 'boolean', default: false } } as const;
    return parseArgs({ options, strict: true }).values;
  } catch (error) {
    throw new UsageError(`${(error as Error).message.replace(/\.[^]*/, '')}. ${usage}`);
  }
}
