import { randomBytes, randomUUID } from 'node:crypto';
import { link, mkdir, open, readFile, unlink } from 'node:fs/promises';
import { join } from 'node:path';
import { calculateJwkThumbprint, exportJWK, generateKeyPair, type JWK } from 'jose';
import { ConfigurationError } from '../config/exit-codes.js';

/** The keys an installation makes for itself: they sign its tokens, and no token of another installation fits. */
export interface EmbeddedKeys {
  issuer: string;
  privateKey: JWK & { kid: string };
  publicKey: JWK & { kid: string };
}

const fileIn = (dataDir: string) => join(dataDir, 'keys', 'embedded.json');

/**
 * The keys in DATA_DIR, made when there are none.
 *
 * @throws ConfigurationError
 */
export async function loadEmbeddedKeys(dataDir: string): Promise<EmbeddedKeys> {
  const file = fileIn(dataDir);
  try {
    return parse(await readOrMake(dataDir, file), file);
  } catch (error) {
    if (error instanceof ConfigurationError) throw error;
    const { code = 'unknown error' } = error as NodeJS.ErrnoException;
    throw new ConfigurationError(`DATA_DIR must be a folder for the signing keys (${file}: ${code})`);
  }
}

async function readOrMake(dataDir: string, file: string): Promise<string> {
  for (;;) {
    try {
      return await readFile(file, 'utf8');
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    }
    await make(dataDir, file);
  }
}

/** Written under another name and linked, so that the file is whole or absent and the first of several wins. */
async function make(dataDir: string, file: string): Promise<void> {
  await mkdir(join(dataDir, 'keys'), { recursive: true, mode: 0o700 });
  const draft = `${file}.${randomBytes(8).toString('hex')}`;
  const handle = await open(draft, 'wx', 0o600);
  try {
    await handle.writeFile(`${JSON.stringify(await generate(), null, 2)}\n`);
    await handle.sync();
    await link(draft, file);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  } finally {
    await handle.close();
    await unlink(draft);
  }
}

async function generate(): Promise<Pick<EmbeddedKeys, 'issuer' | 'privateKey'>> {
  const { privateKey } = await generateKeyPair('ES256', { extractable: true });
  const jwk = await exportJWK(privateKey);
  const kid = await calculateJwkThumbprint(jwk);
  return { issuer: `urn:creditgate:embedded:${randomUUID()}`, privateKey: { ...jwk, kid, alg: 'ES256' } };
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
