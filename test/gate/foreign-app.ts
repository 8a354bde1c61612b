import {
  Module,
  ValidationPipe,
  type INestApplication,
  type ModuleMetadata,
  type Provider,
  type Type,
} from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { ExpressAdapter } from '@nestjs/platform-express';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { DataSource } from 'typeorm';
import { CreditsModule, type CreditsOptions, type Prices } from '../../src/credits/index.js';
import {
  OrderController,
  PRICES,
  SpeechController,
  StudioController,
  WorkController,
} from './foreign-controllers.js';
import { Workshop } from './workshop.js';

export const adapters = ['express', 'fastify'] as const;
export type Adapter = (typeof adapters)[number];

export interface ForeignOptions {
  holdTtlSeconds?: number;
  /** Instead of the app's own. */
  controllers?: Type[];
  /** Other options of the credits module. */
  module?: Partial<CreditsOptions>;
  /** Beside the app's own. */
  providers?: Provider[];
  imports?: ModuleMetadata['imports'];
  prices?: Prices;
  /** Before it listens. */
  setUp?: (app: INestApplication) => void;
}

export interface ForeignApp {
  app: INestApplication;
  url: string;
  workshop: Workshop;
  dataSource: DataSource;
  /** The app alone; the DataSource is the host's own affair. */
  shutDown(): Promise<void>;
  close(): Promise<void>;
}

/**
 * An app that knows nothing of this product but the door of the credits module: its own endpoints, its own
 * prices, and users who are who their `x-user` header says.
 */
export async function bootForeignApp(
  databaseUrl: string,
  adapter: Adapter,
  options: ForeignOptions = {},
): Promise<ForeignApp> {
  const dataSource = await new DataSource({ type: 'postgres', url: databaseUrl }).initialize();
  await dataSource.query('CREATE TABLE IF NOT EXISTS orders (title text PRIMARY KEY)');
  let app: INestApplication | undefined;
  let down: Promise<void> | undefined;
  const shutDown = () => (down ??= app?.close() ?? Promise.resolve());
  const close = async () => {
    app?.get(Workshop).endAll();
    (app?.getHttpServer() as Server | undefined)?.closeAllConnections();
    await shutDown().finally(() => dataSource.destroy());
  };
  try {
    const http = adapter === 'express' ? new ExpressAdapter() : fastifyAdapter();
    app = await NestFactory.create(moduleOf(dataSource, options), http, {
      logger: false,
      abortOnError: false,
    });
    options.setUp?.(app);
    app.useGlobalPipes(new ValidationPipe({ forbidNonWhitelisted: true, whitelist: true }));
    await app.listen(0, '127.0.0.1');
    const { port } = (app.getHttpServer() as { address(): AddressInfo }).address();
    const url = `http://127.0.0.1:${port}`;
    return { app, url, workshop: app.get(Workshop), dataSource, shutDown, close };
  } catch (error) {
    await close();
    throw error;
  }
}

/** One that leaves multipart bodies to the handler, as Express does by itself. */
function fastifyAdapter(): FastifyAdapter {
  const adapter = new FastifyAdapter();
  adapter.getInstance().addContentTypeParser('multipart/form-data', (_request, _payload, done) => done(null));
  return adapter;
}

function moduleOf(dataSource: DataSource, options: ForeignOptions): Type {
  const { holdTtlSeconds, controllers, providers = [], imports = [], prices = PRICES, module = {} } = options;
  const userOf = ({ headers }: { headers: Record<string, string | undefined> }) => headers['x-user'];

  @Module({
    imports: [CreditsModule.forRoot({ prices, dataSource, userOf, holdTtlSeconds, ...module }), ...imports],
    controllers: controllers ?? [SpeechController, WorkController, OrderController, StudioController],
    providers: [Workshop, ...providers, { provide: DataSource, useValue: dataSource }],
  })
  class ForeignModule {}

  return ForeignModule;
}
