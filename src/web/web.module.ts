import fastifyStatic, { type FastifyStaticOptions } from '@fastify/static';
import { Module, type OnModuleInit } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import type { FastifyInstance } from 'fastify';
import { join } from 'node:path';
import { Environment } from '../config/environment.js';

/** Files named after their content never change; whatever else there is, a browser asks about each time. */
const setHeaders: FastifyStaticOptions['setHeaders'] = (reply, path) => {
  const isNamedAfterContent = /[\\/](main|reference)-\w+\.(js|css)(\.\w+)?$/.test(path);
  void reply.header(
    'cache-control',
    isNamedAfterContent ? 'public, max-age=31536000, immutable' : 'no-cache',
  );
};

/** The page at `/` and the files it consists of, which scripts/build-page.mjs makes from `page/`. */
@Module({})
export class WebModule implements OnModuleInit {
  constructor(
    private readonly host: HttpAdapterHost,
    private readonly environment: Environment,
  ) {}

  async onModuleInit(): Promise<void> {
    // An application context serves nobody.
    const instance = (
      this.host.httpAdapter as HttpAdapterHost['httpAdapter'] | undefined
    )?.getInstance<FastifyInstance>();
    if (instance === undefined) return;
    // What the page has to know of this installation before anything is refused.
    const { topUpUrl = null, authMode } = this.environment;
    const isDemo = authMode === 'embedded';
    instance.get('/page.json', (_request, reply) =>
      reply.header('cache-control', 'no-cache').send({ topUpUrl, isDemo }),
    );
    // A route for each file that is there, so everything else stays a 404 of the API's own kind.
    await instance.register(fastifyStatic, {
      root: join(import.meta.dirname, 'public'),
      wildcard: false,
      preCompressed: true,
      cacheControl: false,
      setHeaders,
    });
    // Asked for without being named: by what shows addresses beside their icons.
    instance.get('/favicon.ico', (_request, reply) => reply.redirect('/icon.svg', 301));
    instance.get('/docs', (_request, reply) => reply.sendFile('docs.html'));
  }
}
