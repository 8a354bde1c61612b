import { createHmac, randomBytes } from 'node:crypto';
import { ConfigurationError } from '../config/start-error.js';
import type { ErasedPeople } from '../credits/index.js';
import { readOrMakeSecret, readSecret, secretFile } from '../identity/index.js';

// What the database remembers of an erased person: `<mark>:<hash>`, both made with a key that is not in the database.
// The mark is the same for everybody, so the rows themselves tell with which key they were written: a DATA_DIR with
// another key, or none, is noticed before somebody who was erased is greeted like a newcomer. Rows of earlier versions
// have no mark. One that an owner has emptied, because the key is lost for good, asks for none.

const NAME = 'erasure.key';
const MARKED_TEXT = 'creditgate erasure key';

export class ErasureKey {
  constructor(private readonly secret: string) {}

  get mark(): string {
    return `${this.#hmac(MARKED_TEXT).slice(0, 16)}:`;
  }

  hashOf(userId: string): string {
    return this.mark + this.#hmac(userId);
  }

  /** All forms in which this user may be remembered, whichever version wrote them. */
  hashesOf(userId: string): string[] {
    return [this.hashOf(userId), this.#hmac(userId)];
  }

  #hmac(text: string): string {
    return createHmac('sha256', this.secret).update(text).digest('base64url');
  }
}

/**
 * The key that fits this database; undefined where nobody was erased yet, so that none is needed.
 *
 * @throws ConfigurationError when it is missing or another one: what was erased would be greeted like anybody new
 */
export async function requireErasureKey(
  people: ErasedPeople,
  dataDir: string,
): Promise<ErasureKey | undefined> {
  if (!(await people.areThere())) return undefined;
  const secret = await readSecret(dataDir, NAME);
  const key = secret === undefined ? undefined : new ErasureKey(secret);
  if (key !== undefined && !(await people.haveAnotherMark(key.mark))) return key;
  const fault = key === undefined ? 'is missing' : 'is not the one they were erased with';
  throw new ConfigurationError(
    `DATA_DIR does not belong to this database: persons were erased from it, and ${secretFile(dataDir, NAME)} ${fault}; restore it from the backup`,
  );
}

/** The key for the first erasure of all. */
export async function makeErasureKey(dataDir: string): Promise<ErasureKey> {
  return new ErasureKey(await readOrMakeSecret(dataDir, NAME, () => randomBytes(32).toString('base64url')));
}
