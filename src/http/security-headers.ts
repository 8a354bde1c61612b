import helmet from '@fastify/helmet';
import type { FastifyInstance } from 'fastify';
import { DOCS_PATH } from './api-docs.js';

const POLICY = [
  "default-src 'self'",
  // The page plays recordings that it fetched with the bearer.
  "media-src 'self' blob:",
  "base-uri 'none'",
  "object-src 'none'",
  "frame-ancestors 'none'",
  "form-action 'self'",
].join('; ');

/** Swagger UI writes styles into its page and its icons as data. */
const DOCS_POLICY = `${POLICY}; style-src 'self' 'unsafe-inline'; img-src 'self' data:`;

export async function addSecurityHeaders(instance: FastifyInstance): Promise<void> {
  await instance.register(helmet, { contentSecurityPolicy: false });
  instance.addHook('onRequest', (request, reply, done) => {
    const isDocs = request.routeOptions.url?.startsWith(`/${DOCS_PATH}`) === true;
    reply.header('content-security-policy', isDocs ? DOCS_POLICY : POLICY);
    done();
  });
}
