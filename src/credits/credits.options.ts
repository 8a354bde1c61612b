import type { FactoryProvider, ModuleMetadata } from '@nestjs/common';
import type { Pool, PoolConfig } from 'pg';
import type { MigrateOption } from './database/bring-up-to-date.js';
import type { DataSourceLike } from './database/typeorm-database.js';
import type { Hold } from './credits.types.js';
import type { OnClientLeft } from './gate/cost.js';
import type { Prices } from './prices/price.js';
import type { Tracer } from './tracing.js';

/** The answer that a request gets for an error. */
export interface Problem {
  status: number;
  headers: Record<string, string>;
  body: unknown;
}

/** One symbol for every copy of this package: a process may import one and require another. */
export const CREDITS_OPTIONS = Symbol.for('creditgate:options');

export const DEFAULT_HOLD_TTL_SECONDS = 60;

/** The request as the host's HTTP adapter has it; annotate the parameter with your own type to narrow it. */
// eslint-disable-next-line @typescript-eslint/no-explicit-any
export type HostRequest = any;

/** The user's id; or the wallet that pays and the actor who uses it. null or undefined: nobody is signed in. */
export type Payer =
  string | number | { wallet: string | number | null | undefined; actor?: string } | null | undefined;

/** One of several database servers, and the groups of wallets on it. */
export interface CreditsServer extends Pick<CreditsOptions, 'pool' | 'direct' | 'pooled'> {
  /** The numbers of its groups, counted from 0; each group is on one server. */
  groups: readonly number[];
  /** May be a promise, for a server that is down at the start: until it resolves, only its own groups are unavailable. */
  dataSource?: DataSourceLike | Promise<DataSourceLike>;
}

export interface CreditsOptions {
  /** What each action costs. The application does not start if an endpoint names an action without a price. */
  prices: Prices;
  /** An initialized TypeORM DataSource on PostgreSQL 15 or later. */
  dataSource?: DataSourceLike;
  /** Instead of `dataSource`, without TypeORM: a `pg` pool, or the configuration of one. */
  pool?: PoolConfig | Pool;
  /** If the connection above goes through a pooler: a direct one to the server, to migrate and to listen for changes. */
  direct?: PoolConfig;
  /**
   * How many groups the wallets are split into, each in a schema of its own: a power of two up to 1,024, fixed when the
   * database is made; default 1, in the schema `credits`.
   */
  groups?: number;
  /** If the groups are on several servers: which is where. Instead of `dataSource`, `pool` and `direct`. */
  servers?: readonly CreditsServer[];
  /** Whether the connection goes through a pooler in transaction mode; by default it is found out at the start. */
  pooled?: boolean;
  /**
   * The user who pays for a request. If it returns nobody, a paid endpoint answers 401. Applications without paid
   * endpoints may leave it out.
   */
  userOf?: (request: HostRequest) => Payer | Promise<Payer>;
  /** What happens to the schema at the start; default `auto`, which makes it and keeps it up to date. */
  migrate?: MigrateOption;
  /**
   * How you answer an error. It is called for refusals under an idempotency key, so that a retry gets the same answer
   * byte for byte. Absent: your exception filters answer the retry anew, as they answered the refusal.
   */
  problemOf?: (error: unknown, request: HostRequest) => Problem;
  /** Where your pages on problems are, for the `type` of each problem; default `/problems`. One for the whole process. */
  problemsBase?: string;
  /** A hold expires after so many seconds unless it is kept alive; 1 to 604,800 (a week), default 60. */
  holdTtlSeconds?: number;
  /** How long a retry gets the recorded answer; at least 24, the default. The key stays used for ever. */
  answersKeptHours?: number;
  /** How long an event is kept, delivered or not; at least 1, default 30. */
  eventsKeptDays?: number;
  /** How long a released or expired hold can still be read; default 90, 0 = for ever. */
  endedHoldsKeptDays?: number;
  /** An OpenTelemetry tracer: each hold, capture, release … becomes a span. Absent: no spans. */
  tracer?: Tracer;
  /**
   * The member of a paid answer that says what was charged; default `credits`. A member of that name in the handler's
   * own result is left alone, with a warning in the log. false: no member, only the headers.
   */
  answerMember?: string | false;
  /**
   * Called once a request has its hold, before its handler runs, for example to log the hold's id. It is not called for
   * free requests, nor for repeated answers.
   */
  onHold?: (hold: Hold, request: HostRequest, response: HostRequest) => void;
  /** What is charged if the client leaves before it has the whole answer; default `release`: nothing. */
  onClientLeft?: OnClientLeft;
  /** When events are made, and where they are posted. @OnCreditsEvent() handlers work without it. */
  events?: EventsOptions;
}

/** Give all instances on one database the same options; if they differ, those of the last one to start apply. */
export interface EventsOptions {
  /** Where events are posted: https, or http on a loopback address. Absent: nothing is posted. */
  url?: string;
  /** Required with `url`: `whsec_…`. While you replace one, give both with a space between: events are signed twice. */
  secret?: string;
  /** `balance.low` is sent when a balance falls below so many credits; default 20. */
  lowBalance?: number;
  /** `credits.expiring` is sent so many days before credits expire, 1 to 30; default 7, 0 = never. */
  expiryNoticeDays?: number;
}

export interface CreditsAsyncOptions extends Pick<ModuleMetadata, 'imports'> {
  inject?: FactoryProvider['inject'];
  useFactory: (...dependencies: never[]) => CreditsOptions | Promise<CreditsOptions>;
}
