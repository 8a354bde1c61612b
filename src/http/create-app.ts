import type { Type } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import type { FastifyHttpOptions, FastifyInstance, RawServerDefault } from 'fastify';
import type { Logger } from 'pino';
import type { Environment } from '../config/environment.js';
import { AnswersAtHand } from './answers-at-hand.js';
import { addApiDocs } from './api-docs.js';
import { acceptStrictJson } from './body.js';
import { watchConnections } from './connections.js';
import { Crowd } from './crowd.js';
import { REQUEST_LIMIT_MS, endOverdueRequests } from './deadline.js';
import { keepTheDoor } from './door.js';
import { createLogger, PinoLoggerService } from '../watch/logger.js';
import { Metrics } from '../watch/metrics.js';
import { refuse } from './problem.filter.js';
import { RateLimit } from './rate-limit.js';
import { limitTheUnguarded } from './rate-limit.guard.js';
import { refuseAddress, refuseSocket } from './refusals-below-fastify.js';
import { logRequests, requestRecorder } from './request-log.js';
import { nameRequests, requestIdOf } from './request-id.js';
import { recordRoutes } from './route-list.js';
import { addSecurityHeaders } from './security-headers.js';
import { traceRequests } from './trace-requests.js';

type ChildLoggerFactory = FastifyHttpOptions<RawServerDefault>['childLoggerFactory'];

const MINUTE_MS = 60_000;

/** The prefix of all other routes. */
const API_PREFIX = 'api';
const OUTSIDE_THE_API = ['/', 'health/live', 'health/ready', 'metrics', 'problems/:problem'];

/** How long a request may last, how long a client may read nothing, and how many requests may wait. */
export interface Patience {
  requestLimitMs?: number;
  stallLimitMs?: number;
  crowd?: Crowd;
}

/** An application ready to listen: `module` behind everything that src/http does for a request. */
export async function createApp(
  module: Type,
  environment: Environment,
  logger: Logger = createLogger(environment.logLevel),
  { requestLimitMs = REQUEST_LIMIT_MS, stallLimitMs, crowd = new Crowd() }: Patience = {},
): Promise<NestFastifyApplication> {
  const adapter = createAdapter(logger, environment);
  const instance = adapter.getInstance<FastifyInstance>();
  instance.decorate('topUpUrl', environment.topUpUrl);
  recordRoutes(instance);
  // Nest sets its own handler after the routes, which is too late if a plugin has made Fastify load by then.
  instance.addHook('onRoute', (route) => {
    route.errorHandler ??= (error, request, reply) => void refuse(error, request, reply);
  });
  nameRequests(instance);
  endOverdueRequests(instance, requestLimitMs);
  acceptStrictJson(instance);
  const app = await NestFactory.create<NestFastifyApplication>(module, adapter, {
    abortOnError: false,
    bodyParser: false,
    logger: new PinoLoggerService(logger),
  });
  app.setGlobalPrefix(API_PREFIX, { exclude: OUTSIDE_THE_API });
  const record = requestRecorder(logger, app.get(Metrics));
  traceRequests(instance);
  logRequests(instance, record);
  keepTheDoor(instance, crowd, record);
  app.get(AnswersAtHand).serve(app.getHttpServer(), record);
  // Last, so that it is in front of everything that answers.
  watchConnections(instance.server, stallLimitMs);
  addSecurityHeaders(instance);
  limitTheUnguarded(instance, app.get(RateLimit));
  addApiDocs(app);
  return app;
}

function createAdapter(logger: Logger, { trustProxy }: Environment): FastifyAdapter {
  const quiet = quietly(logger);
  const childLoggerFactory: ChildLoggerFactory = (_parent, bindings) => quiet.child(bindings);
  const adapter = new FastifyAdapter({
    loggerInstance: logger,
    childLoggerFactory,
    genReqId: requestIdOf,
    // X-Forwarded-For is read from its end, and believed as far as trusted proxies wrote it.
    trustProxy: trustProxy.length > 0 && trustProxy,
    frameworkErrors: refuseAddress,
    clientErrorHandler: refuseSocket,
    // A body may take ten minutes to arrive; headers may not.
    requestTimeout: 10 * MINUTE_MS,
    keepAliveTimeout: 72_000,
    // Fastify's own refusal is not problem+json; door.ts answers with one.
    return503OnClosing: false,
    http: { maxHeaderSize: 16 * 1024, headersTimeout: MINUTE_MS },
    // A user id has up to 255 characters, and each may take twelve in an address.
    routerOptions: { maxParamLength: 4096 },
    multipart: { defParamCharset: 'utf8' },
  });
  const instance = adapter.getInstance<FastifyInstance>();
  instance.decorate('logOf', (reqId: string) => quiet.child({ reqId }));
  return adapter;
}

/** Fastify writes two lines for every request at a level below this; request-log.ts writes one that says more. */
function quietly(logger: Logger): Logger {
  return logger.child({}, { level: logger.isLevelEnabled('warn') ? 'warn' : logger.level });
}
