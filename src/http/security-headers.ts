import type { FastifyInstance } from 'fastify';
import helmet from 'helmet';
import type { IncomingMessage, ServerResponse } from 'node:http';
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

/**
 * For every answer but a page of documentation.
 *
 * Helmet is asked once, for it says the same to everybody: its plugin for Fastify builds all of Helmet anew for each
 * request, which took as long as the rest of a small answer.
 */
export const SECURITY_HEADERS = Object.freeze({ ...headersOfHelmet(), 'content-security-policy': POLICY });

export function addSecurityHeaders(instance: FastifyInstance): void {
  const headersOfDocs = { ...SECURITY_HEADERS, 'content-security-policy': DOCS_POLICY };
  instance.addHook('onRequest', (request, reply, done) => {
    const isDocs = request.routeOptions.url?.startsWith(`/${DOCS_PATH}`) === true;
    void reply.headers(isDocs ? headersOfDocs : SECURITY_HEADERS);
    done();
  });
}

function headersOfHelmet(): Record<string, string> {
  const headers: Record<string, string> = {};
  const response = {
    setHeader: (name: string, value: string) => void (headers[name.toLowerCase()] = value),
    removeHeader: () => undefined,
  };
  // What stands beside this host is not ours to decide: the proxy that ends TLS in front of it may say more.
  helmet({ contentSecurityPolicy: false, strictTransportSecurity: { includeSubDomains: false } })(
    {} as IncomingMessage,
    response as never as ServerResponse,
    () => {},
  );
  return headers;
}
