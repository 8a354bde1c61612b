import type { FactoryProvider, ModuleMetadata } from '@nestjs/common';
import type { DataSource } from 'typeorm';
import type { Prices } from './prices/price.js';

/** An error as its request will see it. */
export interface Problem {
  status: number;
  headers: Record<string, string>;
  body: unknown;
}

export const CREDITS_OPTIONS = Symbol('credits options');

export interface CreditsOptions {
  /** What each action costs. An endpoint decorated with an action that is not here stops the start. */
  prices: Prices;
  /** An initialized DataSource for PostgreSQL 15 or later; its schema `credits` is made and kept up to date. */
  dataSource: DataSource;
  /** Who the user of a request is; undefined: nobody, and a paid endpoint answers 401. */
  userOf: (request: never) => string | undefined;
  /**
   * How the host answers an error, for answers that are recorded under an idempotency key and repeated byte for
   * byte; absent: as Nest does.
   */
  problemOf?: (error: unknown, request: never) => Problem;
  /** A hold nobody keeps alive is free again after this; default 60. */
  holdTtlSeconds?: number;
}

export interface CreditsAsyncOptions extends Pick<ModuleMetadata, 'imports'> {
  inject?: FactoryProvider['inject'];
  useFactory: (...dependencies: never[]) => CreditsOptions | Promise<CreditsOptions>;
}
