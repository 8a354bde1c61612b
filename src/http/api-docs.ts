import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { hash } from 'node:crypto';
import { brotliCompressSync, gzipSync } from 'node:zlib';
import { isKnown } from '../routes/conditional.js';

/** The description in each form that a client may accept. */
interface Description {
  etag: string;
  forms: Record<'br' | 'gzip' | 'identity', Buffer>;
}

/** The description of all routes at /openapi.json; the page at /docs shows it. */
export function addApiDocs(app: NestFastifyApplication): void {
  // Made on the first request for it, when all routes are known; the code that makes it takes a third of a second to
  // load.
  let description: Promise<Description> | undefined;
  app
    .getHttpAdapter()
    .getInstance()
    .get('/openapi.json', async (request, reply) => {
      description ??= import('./openapi/document.js').then(({ openApiDocument }) =>
        describe(JSON.stringify(openApiDocument(app))),
      );
      const { etag, forms } = await description;
      void reply.headers({ etag, vary: 'Accept-Encoding', 'cache-control': 'no-cache' });
      if (isKnown(request.headers, etag)) return reply.status(304).send();
      const form = formFor(String(request.headers['accept-encoding'] ?? ''));
      if (form !== 'identity') void reply.header('content-encoding', form);
      return reply.type('application/json; charset=utf-8').send(forms[form]);
    });
}

function describe(text: string): Description {
  const identity = Buffer.from(text);
  return {
    etag: `W/"${hash('sha256', text, 'base64url').slice(0, 27)}"`,
    forms: { identity, gzip: gzipSync(identity), br: brotliCompressSync(identity) },
  };
}

function formFor(accepted: string): keyof Description['forms'] {
  const taken = accepted.split(',').filter((range) => !/;\s*q=0(\.0*)?\s*$/.test(range));
  const names = taken.map((range) => range.split(';', 1)[0]!.trim().toLowerCase());
  return (['br', 'gzip'] as const).find((form) => names.includes(form)) ?? 'identity';
}
