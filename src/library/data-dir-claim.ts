import { Injectable, Logger } from '@nestjs/common';
import { randomUUID } from 'node:crypto';
import type { EntityManager } from 'typeorm';
import { Environment } from '../config/environment.js';
import { ConfigurationError } from '../config/start-error.js';
import { WalletDatabase } from '../database/wallet-database.js';
import { readOrMakeSecret, readSecret } from '../identity/index.js';
import { BucketAwayError } from './bucket.js';
import { FileStore } from './file-store.js';
import { SHELVES } from './shelves.js';
import { signsOf, type Sign } from './signs.js';

const FOLDER = 'folder.id';
/**
 * How many of the newest files of a kind are looked for: more than one, because their owners may have deleted some.
 */
const LOOKED_FOR = 20;

/**
 * DATA_DIR, the bucket (if any) and the database belong together. The folder and the bucket name their databases:
 * beside another database, the sweeper would find files without a row and remove them. The database names the folder
 * with its files: with two folders, each would have only some of them.
 */
@Injectable()
export class DataDirClaim {
  readonly #logger = new Logger('Files');

  constructor(
    private readonly databases: WalletDatabase,
    private readonly environment: Environment,
    private readonly files: FileStore,
  ) {}

  /** Before a server stores anything. A database that is away joins when it is there. @throws ConfigurationError, BucketError, BucketAwayError */
  async make(): Promise<void> {
    try {
      await this.check();
    } catch (error) {
      await this.#mayGoOn(error);
    }
    this.databases
      .whenAllThere()
      ?.then(() => this.check())
      .catch((error: Error) => this.#logger.error(error.message));
  }

  /** If the object store is away, a machine that was already in use serves everything but files. */
  async #mayGoOn(error: unknown): Promise<void> {
    if (!(error instanceof BucketAwayError)) throw error;
    const [folder] = signsOf(this.environment);
    if ((await folder!.ids()).length === 0) throw error;
    this.#logger.warn(
      'S3_ENDPOINT: the object store does not answer; until it does, files are neither stored nor read',
    );
  }

  /** @throws ConfigurationError, and what a bucket throws */
  async check(): Promise<void> {
    const { installations, signs } = await this.#look();
    if (signs.at(-1)!.known.length === 0) await this.#requireFiles();
    if (signs.length === 1) await this.#shareFolder(installations);
    await signAll(signs, installations);
  }

  /**
   * Declare that the databases' files are here from now on, because their former place is lost. Returns how many of
   * the latest files are not here.
   *
   * @throws ConfigurationError if the place belongs to another database, and what a bucket throws
   */
  async takeOver(): Promise<{ missing: number; lookedFor: number }> {
    const { installations, signs } = await this.#look();
    if (signs.length === 1) {
      const folder = await this.#ownFolder();
      for (const { database } of installations)
        await database.query('UPDATE library.installation SET folder = $1', [folder]);
    }
    await signAll(signs, installations);
    const found = await this.#lookForNewest();
    const sum = (numbers: number[]) => numbers.reduce((total, each) => total + each, 0);
    return {
      missing: sum(found.map(({ missing }) => missing)),
      lookedFor: sum(found.map(({ lookedFor }) => lookedFor)),
    };
  }

  /** @throws ConfigurationError if the place belongs to another database */
  async #look(): Promise<{ installations: Installation[]; signs: KnownSign[] }> {
    const installations = await Promise.all(this.databases.present().map(installationOf));
    const signs = await Promise.all(
      signsOf(this.environment).map(async (sign) => ({ sign, known: await sign.ids() })),
    );
    for (const { sign, known } of signs)
      requireOneOf(
        known,
        installations.map(({ id }) => id),
        sign,
      );
    return { installations, signs };
  }

  #ownFolder(): Promise<string> {
    return readOrMakeSecret(this.environment.dataDir, FOLDER, () => randomUUID());
  }

  /** One folder for every instance. @throws ConfigurationError */
  async #shareFolder(installations: readonly Installation[]): Promise<void> {
    const { dataDir } = this.environment;
    const isNamed = installations.some(({ folder }) => folder !== null);
    // Nothing is changed in a folder that is not the right one.
    const folder = isNamed ? await readSecret(dataDir, FOLDER) : await this.#ownFolder();
    for (const { database } of installations) {
      if ((await nameFolder(database, folder)) === folder) continue;
      throw new ConfigurationError(
        "DATA_DIR is not the folder that this database's files are in: every instance has to share that one, or set FILES=s3 (is it lost? npm run credits -- claim-files)",
      );
    }
  }

  /** A place that names no database belongs to this one if it has this database's files. */
  async #requireFiles(): Promise<void> {
    const variable = signsOf(this.environment).at(-1)!.variable;
    for (const { folder, missing, lookedFor } of await this.#lookForNewest()) {
      if (lookedFor === 0 || missing < lookedFor) continue;
      throw new ConfigurationError(
        `${variable} does not belong to this database: none of the ${folder} stored last are in it (are they lost? npm run credits -- claim-files)`,
      );
    }
  }

  #lookForNewest(): Promise<{ folder: string; missing: number; lookedFor: number }[]> {
    const looks = SHELVES.map(async ({ folder, table, name }) => {
      const newest = `SELECT id FROM ${table} ORDER BY id DESC LIMIT ${LOOKED_FOR}`;
      const found = await Promise.all(
        this.databases.present().map((each) => each.query<{ id: string }[]>(newest)),
      );
      const ids = found.flat().map(({ id }) => id);
      const missing = await this.files.missing(folder, ids, name);
      return { folder, missing: missing.length, lookedFor: ids.length };
    });
    return Promise.all(looks);
  }
}

interface KnownSign {
  sign: Sign;
  known: string[];
}

async function signAll(signs: readonly KnownSign[], installations: readonly Installation[]): Promise<void> {
  for (const { sign, known } of signs) {
    const all = new Set([...known, ...installations.map(({ id }) => id)]);
    if (all.size > known.length) await sign.write([...all]);
  }
}

function requireOneOf(known: readonly string[], ids: readonly string[], { variable }: Sign): void {
  if (known.length === 0 || ids.some((id) => known.includes(id))) return;
  const what = variable === 'DATA_DIR' ? 'folder' : 'bucket';
  throw new ConfigurationError(
    `${variable} belongs to another database: name the ${what} of this one, or an empty one for a new database`,
  );
}

interface Installation {
  database: EntityManager;
  id: string;
  folder: string | null;
}

async function installationOf(database: EntityManager): Promise<Installation> {
  const [row] = await database.query<Omit<Installation, 'database'>[]>(
    'SELECT id, folder FROM library.installation',
  );
  return { database, ...row! };
}

/** Names this folder in the database if it names none yet; returns the folder that the database has. */
async function nameFolder(database: EntityManager, folder: string | undefined): Promise<string | null> {
  if (folder !== undefined)
    await database.query('UPDATE library.installation SET folder = $1 WHERE folder IS NULL', [folder]);
  return (await installationOf(database)).folder;
}
