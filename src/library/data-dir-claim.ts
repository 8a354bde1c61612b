import { Injectable, Logger } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { Environment } from '../config/environment.js';
import { ConfigurationError } from '../config/start-error.js';
import { WalletDatabase } from '../database/wallet-database.js';
import { readSecret, replaceSecret } from '../identity/index.js';
import { FileStore } from './file-store.js';
import { SHELVES } from './shelves.js';

const NAME = 'database.id';
/** So many of the newest files of a kind are looked for: their owners may have deleted some meanwhile. */
const LOOKED_FOR = 20;

/**
 * DATA_DIR and the database belong together: the folder names the databases it is of. In that of another one the sweeper
 * would find files without a row, and remove them.
 */
@Injectable()
export class DataDirClaim {
  readonly #logger = new Logger('Files');

  constructor(
    private readonly databases: WalletDatabase,
    private readonly environment: Environment,
    private readonly files: FileStore,
  ) {}

  /** Before a server stores anything. A database that is away joins when it is there. @throws ConfigurationError */
  async make(): Promise<void> {
    await this.#claim();
    this.databases
      .whenAllThere()
      ?.then(() => this.#claim())
      .catch((error: Error) => this.#logger.error(error.message));
  }

  async #claim(): Promise<void> {
    const { dataDir } = this.environment;
    const known = (await readSecret(dataDir, NAME))?.split('\n').filter((id) => id !== '') ?? [];
    const ids = await Promise.all(this.databases.present().map(idOf));
    if (known.length === 0) await this.#requireFiles();
    else if (!ids.some((id) => known.includes(id))) {
      throw new ConfigurationError(
        'DATA_DIR belongs to another database: name the folder of this one, or an empty one for a new database',
      );
    }
    const all = new Set([...known, ...ids]);
    if (all.size > known.length) await replaceSecret(dataDir, NAME, [...all, ''].join('\n'));
  }

  /** A folder that names no database is of this one if what is stored lies in it. */
  async #requireFiles(): Promise<void> {
    for (const { folder, table, name } of SHELVES) {
      const newest = `SELECT id FROM ${table} ORDER BY id DESC LIMIT ${LOOKED_FOR}`;
      const found = await Promise.all(
        this.databases.present().map((each) => each.query<{ id: string }[]>(newest)),
      );
      const ids = found.flat().map(({ id }) => id);
      if (ids.length === 0 || (await this.files.missing(folder, ids, name)).length < ids.length) continue;
      throw new ConfigurationError(
        `DATA_DIR does not belong to this database: none of the ${folder} stored last are in it`,
      );
    }
  }
}

async function idOf(database: EntityManager): Promise<string> {
  const [row] = await database.query<{ id: string }[]>('SELECT id FROM library.installation');
  return row!.id;
}
