import type { FastifyInstance } from 'fastify';
import helmet from 'helmet';
import type { IncomingMessage, ServerResponse } from 'node:http';

const POLICY = [
  "default-src 'self'",
  // The page plays recordings that it fetched with the bearer.
  "media-src 'self' blob:",
  "base-uri 'none'",
  "object-src 'none'",
  "frame-ancestors 'none'",
  "form-action 'self'",
].join('; ');

/**
 * For every answer.
 *
 * Helmet is asked once, for it says the same to everybody: its plugin for Fastify builds all of Helmet anew for each
 * request, which took as long as the rest of a small answer.
 */
export const SECURITY_HEADERS = Object.freeze({ ...headersOfHelmet(), 'content-security-policy': POLICY });

export function addSecurityHeaders(instance: FastifyInstance): void {
  instance.addHook('onRequest', (_request, reply, done) => {
    void reply.headers(SECURITY_HEADERS);
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
