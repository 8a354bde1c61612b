import type { LoggerService } from '@nestjs/common';
import { pino, type DestinationStream, type Level, type Logger } from 'pino';
import { printableJson } from '../problems/printable.js';
import { isTracing, traceOfNow } from './tracing.js';

/** Nest's messages at the start interest only those who change the code. */
const CHATTY = new Set(['InstanceLoader', 'NestFactory', 'RouterExplorer', 'RoutesResolver']);
/** main.ts says why the start failed, in one line if one is enough. */
const SAID_BY_MAIN = new Set(['ExceptionHandler', 'NestApplication']);
const MAX_CAUSES = 5;

/** Standard output: many lines in one write when busy, none delayed longer than this, the last ones at the exit. */
function inBlocks(): DestinationStream {
  const blocks = pino.destination({
    dest: 1,
    sync: true,
    minLength: 4096,
    periodicFlush: 50,
    contentMode: 'buffer',
  });
  // Bytes, because sonic-boom measures the whole gathered text again with every line.
  const write = blocks.write.bind(blocks) as (bytes: unknown) => boolean;
  return Object.assign(blocks, { write: (line: string) => write(Buffer.from(line)) });
}

let writtenAtMs = NaN;
let written = '';

/** Like pino's own, but made once for all lines of a millisecond: it is a third of a line's cost. */
function isoTime(): string {
  const nowMs = Date.now();
  if (nowMs !== writtenAtMs) {
    writtenAtMs = nowMs;
    written = `,"time":"${new Date(nowMs).toISOString()}"`;
  }
  return written;
}

/** One line of JSON for each thing that happened. */
export function createLogger(level: string, destination: DestinationStream = inBlocks()): Logger {
  return pino(
    {
      level,
      base: undefined,
      timestamp: isoTime,
      ...(isTracing() && { mixin: traceOfNow }),
      redact: ['authorization', '*.authorization', '*.*.authorization'],
      serializers: { err: describeError },
      hooks: { streamWrite: printableJson },
    },
    destination,
  );
}

/** Leaves out the members that drivers add to their errors: they may hold users' data. */
function describeError(error: unknown, depth = 0): unknown {
  if (!(error instanceof Error)) return String(error);
  const { name, message, stack, cause } = error;
  const { code } = error as { code?: unknown };
  return {
    type: name,
    message,
    ...(typeof code === 'string' && { code }),
    stack,
    ...(cause !== undefined && depth < MAX_CAUSES && { cause: describeError(cause, depth + 1) }),
  };
}

/** Nest's own log lines, in the same stream and form as those of the requests. */
export class PinoLoggerService implements LoggerService {
  readonly #logger: Logger;

  constructor(logger: Logger) {
    // Texts, and errors that describeError has cleaned: there is nothing to redact, and looking would take time.
    this.#logger = logger.child({}, { redact: [] });
  }

  log(message: unknown, ...rest: unknown[]): void {
    this.#write(CHATTY.has(String(rest.at(-1))) ? 'debug' : 'info', message, rest);
  }

  fatal(message: unknown, ...rest: unknown[]): void {
    this.#write('fatal', message, rest);
  }

  error(message: unknown, ...rest: unknown[]): void {
    this.#write(SAID_BY_MAIN.has(String(rest.at(-1))) ? 'debug' : 'error', message, rest);
  }

  warn(message: unknown, ...rest: unknown[]): void {
    this.#write('warn', message, rest);
  }

  debug(message: unknown, ...rest: unknown[]): void {
    this.#write('debug', message, rest);
  }

  verbose(message: unknown, ...rest: unknown[]): void {
    this.#write('trace', message, rest);
  }

  /** Nest puts the context last, and before it the stack of an error. */
  #write(level: Level, message: unknown, rest: unknown[]): void {
    const context = typeof rest.at(-1) === 'string' ? rest.at(-1) : undefined;
    const details = rest
      .slice(0, context === undefined ? undefined : -1)
      .filter((part) => part !== undefined);
    const facts = { context, ...(details.length > 0 && { details: details.map(String) }) };
    if (message instanceof Error) this.#logger[level]({ ...facts, err: message }, message.message);
    else this.#logger[level](facts, typeof message === 'string' ? message : JSON.stringify(message));
  }
}
