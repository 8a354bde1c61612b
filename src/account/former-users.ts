import { Injectable } from '@nestjs/common';
import { createHmac, randomBytes } from 'node:crypto';
import { DataSource } from 'typeorm';
import { Environment } from '../config/environment.js';
import { askDatabase } from '../credits/index.js';
import { readOrMakeSecret } from '../identity/index.js';

/**
 * People whose user id was erased. Only a hash of it is remembered, keyed with a secret that is not in the database,
 * so that one who comes back with a token is not welcomed as a newcomer again.
 */
@Injectable()
export class FormerUsers {
  constructor(
    private readonly dataSource: DataSource,
    private readonly environment: Environment,
  ) {}

  /** What stands for this user among the erased. */
  async hashOf(userId: string): Promise<string> {
    const makeKey = () => randomBytes(32).toString('base64url');
    const key = await readOrMakeSecret(this.environment.dataDir, 'erasure.key', makeKey);
    return createHmac('sha256', key).update(userId).digest('base64url');
  }

  /** @throws CreditsUnavailableError */
  async has(userId: string): Promise<boolean> {
    // Where nobody was erased yet no key is needed, and none is made.
    if (!(await this.#exists('SELECT FROM credits.erasures LIMIT 1', []))) return false;
    const hash = await this.hashOf(userId);
    return this.#exists('SELECT FROM credits.erasures WHERE person_hash = $1 LIMIT 1', [hash]);
  }

  async #exists(sql: string, values: unknown[]): Promise<boolean> {
    return (await askDatabase(this.dataSource, sql, values)).length > 0;
  }
}
