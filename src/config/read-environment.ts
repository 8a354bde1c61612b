import { readFileSync } from 'node:fs';
import { parseEnv } from 'node:util';
import { loadEnvironment, type Environment } from './environment.js';
import { ConfigurationError } from './start-error.js';

/** The environment of this process over the `.env` file in its working directory. */
export function readEnvironment(): Environment {
  return loadEnvironment({ ...readEnvFile('.env'), ...process.env });
}

/** True if a setting was given to this process itself, not by `.env`. */
export function isGivenNow(name: string): boolean {
  return (process.env[name] ?? '') !== '';
}

function readEnvFile(path: string): Record<string, string | undefined> {
  try {
    return parseEnv(readFileSync(path, 'utf8'));
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'ENOENT') return {};
    throw new ConfigurationError('Configuration refused: .env must be a readable file', { cause });
  }
}
