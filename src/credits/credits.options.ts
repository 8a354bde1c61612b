import type { FactoryProvider, ModuleMetadata } from '@nestjs/common';
import type { Pool, PoolConfig } from 'pg';
import type { MigrateOption } from './database/bring-up-to-date.js';
import type { DataSourceLike } from './database/typeorm-database.js';
import type { Hold } from './credits.types.js';
import type { OnClientLeft } from './gate/cost.js';
import type { Prices } from './prices/price.js';
import type { Tracer } from './tracing.js';

/** An error as its request will see it. */
export interface Problem {
  status: number;
  headers: Record<string, string>;
  body: unknown;
}

/** The same in every copy of this module: one may be imported and another required. */
export const CREDITS_OPTIONS = Symbol.for('creditgate:options');

/** The request as the host's HTTP adapter has it; annotate the parameter with your own type to narrow it. */
// eslint-disable-next-line @typescript-eslint/no-explicit-any
export type HostRequest = any;

/** The user's id, or whose wallet pays and who acts on it. */
export type Payer =
  string | number | { wallet: string | number | null | undefined; actor?: string } | null | undefined;

/** One of several servers, and the groups of wallets that are there. */
export interface CreditsServer extends Pick<CreditsOptions, 'pool' | 'direct' | 'pooled'> {
  /** By number, from 0; each group is on one server. */
  groups: readonly number[];
  /** A promise of one that is away now: its groups are unavailable until then, and no others are. */
  dataSource?: DataSourceLike | Promise<DataSourceLike>;
}

export interface CreditsOptions {
  /** What each action costs. An endpoint decorated with an action that is not here stops the start. */
  prices: Prices;
  /** TypeORM's, initialized, for PostgreSQL 15 or later. */
  dataSource?: DataSourceLike;
  /** For hosts without TypeORM, instead of `dataSource`: how node-postgres connects. */
  pool?: PoolConfig | Pool;
  /** The server itself, where the above leads through a pooler: for migrations, and to hear of changes. */
  direct?: PoolConfig;
  /**
   * How many groups of wallets there are, each in a schema of its own: a power of two up to 1,024, fixed when the
   * database is made; default 1, in the schema `credits`.
   */
  groups?: number;
  /** Where the groups are, instead of `dataSource`, `pool` and `direct`, when they are on several servers. */
  servers?: readonly CreditsServer[];
  /** Whether a pooler in transaction mode stands before the above; found out at the start where it is not said. */
  pooled?: boolean;
  /** The user who pays for a request; undefined: nobody, and a paid endpoint answers 401. Absent where none is paid. */
  userOf?: (request: HostRequest) => Payer | Promise<Payer>;
  /** What the start does about the schema `credits`; default auto, which makes it and keeps it up to date. */
  migrate?: MigrateOption;
  /**
   * How the host answers an error, for refusals that are recorded under an idempotency key and repeated byte for byte.
   * Absent: the host's filters see the repetition as they saw the refusal, and answer it anew.
   */
  problemOf?: (error: unknown, request: HostRequest) => Problem;
  /** Where your pages on problems are: the `type` of each leads below it; default `/problems`. One for the process. */
  problemsBase?: string;
  /** A hold nobody keeps alive is free again after this; default 60. */
  holdTtlSeconds?: number;
  /** How long a recorded answer is repeated to a retry; default 24, and no less. The key itself stays used for ever. */
  answersKeptHours?: number;
  /** How long an event is kept, told or not; default 30. */
  eventsKeptDays?: number;
  /** How long a hold that was released or expired can be looked at; default 90, 0 = for ever. */
  endedHoldsKeptDays?: number;
  /** Of OpenTelemetry: each hold, capture, release … becomes a span; absent: none. */
  tracer?: Tracer;
  /**
   * The member of a paid answer that says what was charged; default `credits`. A member of that name in the handler's
   * own result stays as it is, and the log says so; false: none, the headers say it alone.
   */
  answerMember?: string | false;
  /**
   * Told of a request that has its hold, before its handler runs: name its log lines, or its answer, by the hold. Not
   * of free requests, nor of answers that are repeated.
   */
  onHold?: (hold: Hold, request: HostRequest, response: HostRequest) => void;
  /** What is charged when a client leaves before its answer is whole; default `release`, which is nothing. */
  onClientLeft?: OnClientLeft;
  /** Where events are posted to, and when a wallet is low. Handlers of OnCreditsEvent need nothing of it. */
  events?: EventsOptions;
}

/** Of all instances that share a database these are the same; of those that differ, the last to start is heard. */
export interface EventsOptions {
  /** Https, or http on a loopback address; absent: nothing is posted. */
  url?: string;
  /** `whsec_…`, several separated by spaces while one is replaced: each event is signed with all of them. */
  secret?: string;
  /** `balance.low` tells of a balance that came below it; default 20. */
  lowBalance?: number;
  /** `credits.expiring` tells so many days before, 0 to 30; default 7, and 0 is never. */
  expiryNoticeDays?: number;
}

export interface CreditsAsyncOptions extends Pick<ModuleMetadata, 'imports'> {
  inject?: FactoryProvider['inject'];
  useFactory: (...dependencies: never[]) => CreditsOptions | Promise<CreditsOptions>;
}
