import type { ModulesContainer } from '@nestjs/core';
import type { CreditsOptions } from './credits.options.js';
import { allIn, isGroupCount } from './ledger/placement.js';
import { eventsFault } from './events/events-fault.js';

/** The options of the module cannot mean anything. The message is one sentence for the developer of the host. */
export class CreditsOptionsError extends Error {
  override name = 'CreditsOptionsError';
}

type Check = (value: never) => string | undefined;

const MAX_HOLD_TTL_SECONDS = 7 * 24 * 3600;

/** What each option must be; a sentence says what is wrong with it. Absent ones are looked at too. */
const checks = {
  prices: (value: unknown) =>
    isObject(value) ? undefined : '`prices` must say what each action costs, as in { text_to_speech: 50 }',
  dataSource: (value: unknown) => (value === undefined ? undefined : dataSourceFault(value)),
  pool: (value: unknown) =>
    value === undefined || isObject(value)
      ? undefined
      : '`pool` must be a configuration of a pg pool, as in { connectionString }',
  direct: (value: unknown) =>
    value === undefined || isObject(value)
      ? undefined
      : '`direct` must be a configuration of a pg connection, as in { connectionString }',
  groups: (value: unknown) =>
    value === undefined || isGroupCount(value as number)
      ? undefined
      : '`groups` must be a power of two up to 1,024',
  servers: (value: unknown) =>
    value === undefined || (Array.isArray(value) && value.length > 0 && value.every(isServer))
      ? undefined
      : '`servers` must say where each group of wallets is, as in [{ groups: [0, 1], dataSource }]',
  pooled: (value: unknown) =>
    value === undefined || typeof value === 'boolean' ? undefined : '`pooled` must be true or false',
  userOf: isFunction('userOf', '(request) => request.user?.id'),
  problemOf: isFunction('problemOf', '(error, request) => ({ status, headers, body })'),
  problemsBase: (value: unknown) =>
    value === undefined || (typeof value === 'string' && URL.canParse(value, 'https://host'))
      ? undefined
      : '`problemsBase` must be an address or a path, as in https://example.com/problems',
  migrate: isOneOf('migrate', 'auto', 'check', 'never'),
  holdTtlSeconds: isWhole('holdTtlSeconds', 1, MAX_HOLD_TTL_SECONDS),
  answersKeptHours: isWhole('answersKeptHours', 24, 100 * 365 * 24),
  eventsKeptDays: isWhole('eventsKeptDays', 1, 100 * 365),
  endedHoldsKeptDays: isWhole('endedHoldsKeptDays', 0, 100 * 365),
  tracer: (value: unknown) =>
    value === undefined || (isObject(value) && typeof value['startSpan'] === 'function')
      ? undefined
      : "`tracer` must be one of OpenTelemetry's, as in trace.getTracer('shop')",
  answerMember: (value: unknown) =>
    value === undefined || value === false || (typeof value === 'string' && value !== '')
      ? undefined
      : '`answerMember` must be the name of a member, or false',
  onHold: isFunction('onHold', '(hold, request) => request.log.info({ hold: hold.id })'),
  onClientLeft: isOneOf('onClientLeft', 'release', 'capture', 'drain'),
  events: (value: unknown) => (value === undefined ? undefined : eventsFault(value)),
} satisfies Record<keyof CreditsOptions, Check>;

/**
 * The options as they were given, if they can be meant. Runs before anything connects to a database.
 *
 * @throws CreditsOptionsError
 */
export function checkedOptions(options: CreditsOptions): CreditsOptions {
  if (!isObject(options)) throw fault('it wants options, at least `prices` and a `dataSource` or `pool`');
  for (const name of Object.keys(options)) {
    if (!Object.hasOwn(checks, name)) throw fault(`\`${name}\` is not an option; there are ${listed()}`);
  }
  for (const [name, check] of Object.entries(checks)) {
    const sentence = check(options[name as keyof CreditsOptions] as never);
    if (sentence !== undefined) throw fault(sentence);
  }
  if (options.servers !== undefined) {
    requirePlaces(options);
    return options;
  }
  if (options.dataSource === undefined && options.pool === undefined) {
    throw fault(
      'it needs a `dataSource` (TypeORM on PostgreSQL) or a `pool` (configuration of pg), and got neither',
    );
  }
  if (options.dataSource !== undefined && options.pool !== undefined) {
    throw fault('`dataSource` and `pool` are two ways to one database: give one of them');
  }
  return options;
}

function isServer(value: unknown): boolean {
  return (
    isObject(value) && Array.isArray(value['groups']) && (value['dataSource'] ?? value['pool']) !== undefined
  );
}

/** Each group on one server, and nothing beside them. */
function requirePlaces({ groups = 1, servers = [], dataSource, pool, direct }: CreditsOptions): void {
  if ((dataSource ?? pool ?? direct) !== undefined) {
    throw fault(
      '`servers` says where the database is: `dataSource`, `pool` and `direct` stand in each of them',
    );
  }
  const placed = servers.flatMap((server) => server.groups).sort((a, b) => a - b);
  if (placed.join() === allIn(groups).here.join()) return;
  throw fault(`\`servers\` must name every group from 0 to ${groups - 1} once`);
}

/** Of two, one would run idle with its own connections, and which one decides would be chance. */
export function requireOne(modules: ModulesContainer, module: object): void {
  const found = [...modules.values()].filter(({ metatype }) => metatype === module);
  if (found.length > 1) {
    throw fault(
      'it was called twice in this application: call it once, in the root module, for it is global',
    );
  }
}

function fault(sentence: string): CreditsOptionsError {
  return new CreditsOptionsError(`CreditsModule.forRoot: ${sentence}.`);
}

function listed(): string {
  return Object.keys(checks).join(', ');
}

function dataSourceFault(value: unknown): string | undefined {
  if (!isObject(value) || !isObject(value['options'])) {
    return '`dataSource` must be a DataSource of TypeORM; with forRootAsync, inject it';
  }
  const { type } = value['options'];
  if (type !== 'postgres')
    return `\`dataSource\` is of type "${String(type)}": credits live in PostgreSQL 15 or later`;
  if (value['isInitialized'] !== true) {
    return '`dataSource` is not initialized: await its initialize() before, or inject it by forRootAsync';
  }
  return undefined;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isFunction(name: string, example: string): Check {
  return (value: unknown) =>
    value === undefined || typeof value === 'function'
      ? undefined
      : `\`${name}\` must be a function, as in ${example}`;
}

function isWhole(name: string, min: number, max: number): Check {
  return (value: unknown) =>
    value === undefined || (Number.isSafeInteger(value) && Number(value) >= min && Number(value) <= max)
      ? undefined
      : `\`${name}\` must be a whole number from ${min} to ${max}`;
}

function isOneOf(name: string, ...allowed: string[]): Check {
  return (value: unknown) =>
    value === undefined || allowed.includes(value as string)
      ? undefined
      : `\`${name}\` must be ${allowed.map((one) => `'${one}'`).join(' or ')}`;
}
