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
 * Adds them to every answer.
 *
 * Helmet runs once, because its headers are the same for everybody. Its Fastify plugin builds all of Helmet again for
 * each request, which took as long as the rest of a small answer.
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
  // Other hosts of the domain are not ours to decide about; the proxy that ends TLS may say more.
  helmet({ contentSecurityPolicy: false, strictTransportSecurity: { includeSubDomains: false } })(
    {} as IncomingMessage,
    response as never as ServerResponse,
    () => {},
  );
  return headers;
}
