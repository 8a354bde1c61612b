import { randomUUID } from 'node:crypto';
import { calculateJwkThumbprint, exportJWK, generateKeyPair, type JWK } from 'jose';
import { folderError } from '../config/folder-error.js';
import { ConfigurationError } from '../config/start-error.js';
import { readOrMakeSecret, secretFile } from './secret-file.js';

/** The keys an installation makes for itself: they sign its tokens, and no token of another installation fits. */
export interface EmbeddedKeys {
  issuer: string;
  privateKey: JWK & { kid: string };
  publicKey: JWK & { kid: string };
}

const NAME = 'embedded.json';

/**
 * The keys in DATA_DIR, made when there are none.
 *
 * @throws ConfigurationError where no file can be kept, or where the one that is there holds no keys; UnavailableError while the disk is full
 */
export async function loadEmbeddedKeys(dataDir: string): Promise<EmbeddedKeys> {
  const file = secretFile(dataDir, NAME);
  try {
    return parse(await readOrMakeSecret(dataDir, NAME, generate), file);
  } catch (error) {
    if (error instanceof ConfigurationError) throw error;
    throw folderError(
      `DATA_DIR must be a folder for the signing keys: ${file}`,
      error as NodeJS.ErrnoException,
    );
  }
}

async function generate(): Promise<string> {
  const { privateKey } = await generateKeyPair('ES256', { extractable: true });
  const jwk = await exportJWK(privateKey);
  const kid = await calculateJwkThumbprint(jwk);
  const keys: Pick<EmbeddedKeys, 'issuer' | 'privateKey'> = {
    issuer: `urn:creditgate:embedded:${randomUUID()}`,
    privateKey: { ...jwk, kid, alg: 'ES256' },
  };
  return `${JSON.stringify(keys, null, 2)}\n`;
}

function parse(text: string, file: string): EmbeddedKeys {
  try {
    const { issuer, privateKey } = JSON.parse(text) as EmbeddedKeys;
    const { kty, crv, x, y, d, kid } = privateKey;
    if (![issuer, kty, crv, x, y, d, kid].every((value) => typeof value === 'string')) throw new TypeError();
    return { issuer, privateKey, publicKey: { kty, crv, x, y, kid, alg: 'ES256', use: 'sig' } };
  } catch {
    // Making new ones would sign everybody out without a word.
    throw new ConfigurationError(`${file} does not hold signing keys; delete it to have new ones made`);
  }
}
