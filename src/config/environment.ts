import 'reflect-metadata';
import { plainToInstance } from 'class-transformer';
import { validateSync } from 'class-validator';
import { areEventsSecrets, isEventsUrl, isGroupCount, isTimeZone, MOST_GROUPS } from '../credits/index.js';
import type { Prices } from '../credits/prices/index.js';
import { AUTH_MODES, type AuthMode, authenticationFaults } from './authentication-rules.js';
import { groupFaults, type Place, placesOf } from './group-map.js';
import { type Pack, readPacks } from './packs.js';
import { type Plan, readPlans } from './plans.js';
import { PAYMENT_MODES, type PaymentMode, paymentFaults, paymentModeOf, soldOf } from './payment-rules.js';
import { FILE_PLACES, type FilePlaceName, fileFaults, isBucketName } from './file-rules.js';
import { readPrices } from './prices.js';
import { ConfigurationError } from './start-error.js';
import {
  areSecrets,
  isBearer,
  isClaim,
  isHost,
  isOrigin,
  isPath,
  isSafeUrl,
  isWebUrl,
} from './text-rules.js';
import { unknownVariables } from './unknown-variables.js';
import { Addresses, OneOf, PostgresUrl, PowerOfTwo, Text, WholeNumber } from './variable.decorators.js';

const MAX_CREDITS = Number.MAX_SAFE_INTEGER;
const MIB = 1024 * 1024;
const DAY_SECONDS = 86_400;
const MAX_FILE_BYTES = 10 * 1024 * MIB;
const LOG_LEVELS = ['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'];

/** Everything an operator can set, checked. `.env.example` lists it with units and defaults. */
export class Environment {
  /** What each action costs, from every CREDIT_COST_<ACTION>. */
  readonly prices: Prices;

  @Text('CREDIT_TOPUP_URL', { mustBe: 'an http or https address', isValid: isWebUrl })
  readonly topUpUrl?: string;

  @WholeNumber('CREDIT_SIGNUP_GRANT', { default: 100, min: 0, max: MAX_CREDITS, unit: 'credits' })
  readonly signupGrantCredits: number;

  /** Credits a month, from the user's first day. */
  @WholeNumber('CREDIT_MONTHLY_GRANT', { default: 0, min: 0, max: MAX_CREDITS, unit: 'credits' })
  readonly monthlyGrantCredits: number;

  /** How many of them may be left over. */
  @WholeNumber('CREDIT_MONTHLY_CARRY', { default: 0, min: 0, max: MAX_CREDITS, unit: 'credits' })
  readonly monthlyCarryCredits: number;

  @Text('CREDIT_TIME_ZONE', {
    default: 'UTC',
    mustBe: 'an IANA time zone such as Europe/Berlin',
    isValid: isTimeZone,
  })
  readonly timeZone: string;

  @WholeNumber('CREDIT_HOLD_TTL_SECONDS', { default: 60, min: 1, max: DAY_SECONDS, unit: 'seconds' })
  readonly holdTtlSeconds: number;

  @WholeNumber('CREDIT_ANSWERS_KEPT_HOURS', { default: 24, min: 24, max: 8_760, unit: 'hours' })
  readonly answersKeptHours: number;

  @WholeNumber('CREDIT_EVENTS_KEPT_DAYS', { default: 30, min: 1, max: 36_500, unit: 'days' })
  readonly eventsKeptDays: number;

  /** 0 = for ever. */
  @WholeNumber('CREDIT_ENDED_HOLDS_KEPT_DAYS', { default: 90, min: 0, max: 36_500, unit: 'days' })
  readonly endedHoldsKeptDays: number;

  @WholeNumber('CREDIT_DISPLAY_CACHE_TTL_SECONDS', {
    default: 300,
    min: 0,
    max: DAY_SECONDS,
    unit: 'seconds',
  })
  readonly displayCacheTtlSeconds: number;

  @WholeNumber('CREDIT_LOW_BALANCE', { default: 20, min: 0, max: MAX_CREDITS, unit: 'credits' })
  readonly lowBalanceCredits: number;

  /** The address that receives events about users' credits. */
  @Text('CREDIT_EVENTS_URL', {
    mustBe: 'an https address without a user name (http only on a loopback address)',
    isValid: isEventsUrl,
  })
  readonly eventsUrl?: string;

  @Text('CREDIT_EVENTS_SECRET', {
    mustBe: 'whsec_ and base64 of at least 16 bytes, several separated by spaces',
    isValid: areEventsSecrets,
  })
  readonly eventsSecret?: string;

  /** 0 = never. At most 30, because events are kept for 30 days, so that each grant is announced once. */
  @WholeNumber('CREDIT_EXPIRY_NOTICE_DAYS', { default: 7, min: 0, max: 30, unit: 'days' })
  readonly expiryNoticeDays: number;

  @PostgresUrl('DATABASE_URL')
  readonly databaseUrl?: string;

  /** The server itself, if DATABASE_URL leads through a pooler. */
  @PostgresUrl('DATABASE_DIRECT_URL')
  readonly databaseDirectUrl?: string;

  /** The number of groups of wallets, each in a schema of its own; fixed when the database is made. */
  @PowerOfTwo('CREDIT_GROUPS', { default: 1, max: MOST_GROUPS })
  readonly groupCount: number;

  /** Where the groups are, if not all at DATABASE_URL; group-map.ts reads it. */
  @Text('DATABASE_GROUPS', { mustBe: 'groups and addresses', isValid: () => true })
  readonly databaseGroups?: string;

  /** The same without poolers. */
  @Text('DATABASE_DIRECT_GROUPS', { mustBe: 'groups and addresses', isValid: () => true })
  readonly databaseDirectGroups?: string;

  /** The servers that these variables name. */
  readonly places: readonly Place[];

  /** How long the port stays open after SIGTERM, while readiness is refused. */
  @WholeNumber('DRAIN_SECONDS', { default: 0, min: 0, max: 600, unit: 'seconds' })
  readonly drainSeconds: number;

  @Text('DATA_DIR', { default: './data', mustBe: 'the path of a folder', isValid: isPath })
  readonly dataDir: string;

  /** Where files are stored: in DATA_DIR, or in a bucket that several machines share. */
  @OneOf('FILES', FILE_PLACES, 'folder')
  readonly files: FilePlaceName;

  @Text('S3_ENDPOINT', { mustBe: 'an http or https address without a path', isValid: isOrigin })
  readonly s3Endpoint?: string;

  @Text('S3_BUCKET', {
    mustBe: 'a name of 3 to 63 small letters, digits, dots and hyphens',
    isValid: isBucketName,
  })
  readonly s3Bucket?: string;

  @Text('S3_REGION', { default: 'us-east-1', mustBe: 'printable ASCII without spaces', isValid: isClaim })
  readonly s3Region: string;

  @Text('S3_ACCESS_KEY_ID', { mustBe: 'printable ASCII without spaces', isValid: isClaim })
  readonly s3AccessKeyId?: string;

  @Text('S3_SECRET_ACCESS_KEY', { mustBe: 'printable ASCII without spaces', isValid: isClaim })
  readonly s3SecretAccessKey?: string;

  @Text('HOST', { default: '127.0.0.1', mustBe: 'an IP address or a host name', isValid: isHost })
  readonly host: string;

  /** 0 = any free port. */
  @WholeNumber('PORT', { default: 3000, min: 0, max: 65_535 })
  readonly port: number;

  @OneOf('AUTH_MODE', AUTH_MODES, 'embedded')
  readonly authMode: AuthMode;

  @Text('AUTH_JWKS_URL', {
    mustBe: 'an https address (http only on a loopback address)',
    isValid: isSafeUrl,
  })
  readonly authJwksUrl?: string;

  @Text('AUTH_ISSUER', { mustBe: 'printable ASCII without spaces', isValid: isClaim })
  readonly authIssuer?: string;

  @Text('AUTH_AUDIENCE', { mustBe: 'printable ASCII without spaces', isValid: isClaim })
  readonly authAudience?: string;

  @Text('AUTH_JWT_SECRET', {
    mustBe: 'at least 32 bytes',
    isValid: (secret) => Buffer.byteLength(secret) >= 32,
  })
  readonly authJwtSecret?: string;

  /** 0 = no limit. */
  @WholeNumber('RATE_LIMIT_PER_MINUTE', { default: 600, min: 0, max: 1_000_000_000, unit: 'requests' })
  readonly rateLimitPerMinute: number;

  @OneOf('LOG_LEVEL', LOG_LEVELS, process.stdout.isTTY ? 'warn' : 'info')
  readonly logLevel: string;

  @WholeNumber('MAX_AUDIO_BYTES', { default: 50 * MIB, min: 1, max: MAX_FILE_BYTES, unit: 'bytes' })
  readonly maxAudioBytes: number;

  @WholeNumber('MAX_TXT_BYTES', { default: 10 * MIB, min: 1, max: MAX_FILE_BYTES, unit: 'bytes' })
  readonly maxTxtBytes: number;

  @WholeNumber('MAX_DOCX_BYTES', { default: 25 * MIB, min: 1, max: MAX_FILE_BYTES, unit: 'bytes' })
  readonly maxDocxBytes: number;

  /** 0 = no limit. */
  @WholeNumber('STORAGE_BYTES_PER_USER', {
    default: 1024 * MIB,
    min: 0,
    max: Number.MAX_SAFE_INTEGER,
    unit: 'bytes',
  })
  readonly storageBytesPerUser: number;

  @Text('METRICS_TOKEN', { mustBe: 'letters, digits and - . _ ~ + / = only', isValid: isBearer })
  readonly metricsToken?: string;

  /** Empty = nobody. */
  @Addresses('TRUST_PROXY')
  readonly trustProxy: string[];

  /** Who takes the money. Its default depends on the rest; see payment-rules.ts. */
  @Text('PAYMENTS', {
    mustBe: `one of ${PAYMENT_MODES.join(', ')}`,
    isValid: (mode) => (PAYMENT_MODES as readonly string[]).includes(mode),
  })
  readonly payments: PaymentMode;

  /** What is sold, from every CREDIT_PACK_<NAME>. */
  readonly packs: readonly Pack[];

  /** From every CREDIT_PLAN_<NAME>: credits each month. */
  readonly plans: readonly Plan[];

  @Text('PUBLIC_URL', { mustBe: 'an http or https address without a path', isValid: isOrigin })
  readonly publicUrl?: string;

  @Text('STRIPE_SECRET_KEY', { mustBe: 'visible ASCII without spaces', isValid: isClaim })
  readonly stripeSecretKey?: string;

  @Text('STRIPE_WEBHOOK_SECRET', {
    mustBe: 'visible ASCII, several separated by spaces',
    isValid: areSecrets,
  })
  readonly stripeWebhookSecret?: string;

  @Text('STRIPE_API_URL', {
    mustBe: 'an https address without a path (http only on a loopback address)',
    isValid: (url) => isOrigin(url) && isSafeUrl(url),
  })
  readonly stripeApiUrl?: string;

  @OneOf('STRIPE_TAX', ['off', 'on'], 'off')
  readonly stripeTax: 'off' | 'on';

  /** Names that look like settings of this program and are none. */
  readonly unknownVariables: readonly string[];
}

/** @throws ConfigurationError with one line that names every offending variable and never its value. */
export function loadEnvironment(variables: Record<string, string | undefined>): Environment {
  const { prices, faults: priceFaults } = readPrices(variables);
  const values = plainToInstance(Environment, variables, { excludeExtraneousValues: true });
  const { packs, faults: packFaults } = readPacks(variables);
  const { plans, faults: planFaults } = readPlans(variables);
  const environment = Object.assign(values, { prices });
  const faults = validateSync(environment).flatMap((error) => Object.values(error.constraints ?? {}));
  faults.push(...priceFaults, ...packFaults, ...planFaults);
  if (isGroupCount(environment.groupCount)) faults.push(...groupFaults(environment));
  faults.push(
    ...authenticationFaults(environment),
    ...paymentFaults(environment, { packs, plans }),
    ...fileFaults(environment),
  );
  if (environment.eventsUrl !== undefined && environment.eventsSecret === undefined) {
    faults.push('CREDIT_EVENTS_SECRET must be set when CREDIT_EVENTS_URL is');
  }
  if (faults.length > 0) throw refusalOf(faults);
  const places = placesOf(environment);
  const payments = paymentModeOf(environment, { nodeEnv: variables['NODE_ENV'], servers: places.length });
  return Object.assign(environment, {
    payments,
    places,
    ...soldOf(payments, { packs, plans }),
    unknownVariables: unknownVariables(variables),
  });
}

function refusalOf(faults: readonly string[]): ConfigurationError {
  return new ConfigurationError(`Configuration refused: ${faults.join('; ')}`);
}
