import { Global, Module, type ModuleMetadata, type Type } from '@nestjs/common';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { FastifyInstance } from 'fastify';
import { SignJWT, type JWTPayload } from 'jose';
import type { AddressInfo } from 'node:net';
import { Writable } from 'node:stream';
import { Environment, loadEnvironment } from '../../src/config/environment.js';
import { DatabaseServers } from '../../src/database/database-servers.js';
import { createApp, type Patience } from '../../src/http/create-app.js';
import { HttpModule } from '../../src/http/http.module.js';
import { createLogger } from '../../src/watch/logger.js';
import { WatchModule } from '../../src/watch/watch.module.js';

export const SECRET = 'a secret of this test run, long enough';

export interface AppOptions {
  controllers?: Type[];
  imports?: ModuleMetadata['imports'];
  variables?: Record<string, string>;
  databaseUrl?: string;
  patience?: Patience;
}

export interface OpenApp {
  app: NestFastifyApplication;
  instance: FastifyInstance;
  url: string;
  port: number;
  /** Everything the app has logged, one object a line. */
  log: Record<string, unknown>[];
  close(): Promise<void>;
}

/** A listening app of some controllers, with all of src/http and src/identity in front of them. */
export async function openApp({
  controllers = [],
  imports = [],
  variables = {},
  databaseUrl = 'postgresql://nobody@127.0.0.1:1/none',
  patience,
}: AppOptions): Promise<OpenApp> {
  const environment = loadEnvironment({
    AUTH_MODE: 'hs256',
    AUTH_JWT_SECRET: SECRET,
    ...withoutSecret(variables),
  });
  const providers = [
    { provide: Environment, useValue: environment },
    {
      provide: DatabaseServers,
      useValue: {
        servers: [{ connection: { connectionString: databaseUrl }, name: '0' }],
        isThere: () => true,
      },
    },
  ];

  @Global()
  @Module({ providers, exports: providers })
  class GroundModule {}

  @Module({ imports: [GroundModule, HttpModule, WatchModule, ...imports], controllers })
  class ToyModule {}

  const log: Record<string, unknown>[] = [];
  const destination = new Writable({
    write: (chunk: Buffer, _encoding, done) => {
      log.push(
        ...chunk
          .toString()
          .trim()
          .split('\n')
          .map((line) => JSON.parse(line) as Record<string, unknown>),
      );
      done();
    },
  });
  const logger = createLogger(environment.logLevel, destination);
  const app = await createApp(ToyModule, environment, logger, patience);
  await app.listen(0, '127.0.0.1');
  const instance = app.getHttpAdapter().getInstance();
  const { port } = instance.server.address() as AddressInfo;
  return { app, instance, url: `http://127.0.0.1:${port}`, port, log, close: () => app.close() };
}

/** The shared secret belongs to one mode only. */
function withoutSecret(variables: Record<string, string>): Record<string, string> {
  return (variables['AUTH_MODE'] ?? 'hs256') === 'hs256' ? variables : { ...variables, AUTH_JWT_SECRET: '' };
}

/** A token as Supabase issues them with its shared secret; `undefined` leaves a claim out. */
export async function tokenFor(user: string, claims: JWTPayload = {}): Promise<string> {
  const now = Math.floor(Date.now() / 1000);
  return new SignJWT({ sub: user, iat: now, exp: now + 600, ...claims })
    .setProtectedHeader({ alg: 'HS256', typ: 'JWT' })
    .sign(new TextEncoder().encode(SECRET));
}

export async function signedIn(user: string, claims?: JWTPayload): Promise<Record<string, string>> {
  return { authorization: `Bearer ${await tokenFor(user, claims)}` };
}
