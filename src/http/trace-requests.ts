import { SpanKind, SpanStatusCode, context, propagation, trace, type Context } from '@opentelemetry/api';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { isTraced, isTracing, tracer } from '../watch/tracing.js';

const contexts = new WeakMap<FastifyRequest, Context>();

/**
 * Makes a span for each request, below the one that its `traceparent` names. Without an SDK it adds not even a hook.
 */
export function traceRequests(instance: FastifyInstance): void {
  if (!isTracing()) return;
  instance.addHook('onRequest', (request, reply, done) => {
    const above = propagation.extract(context.active(), request.headers);
    const route = request.routeOptions.url ?? '(none)';
    const span = tracer.startSpan(
      `${request.method} ${route}`,
      {
        kind: SpanKind.SERVER,
        attributes: { 'http.request.method': request.method, 'http.route': route, 'request.id': request.id },
      },
      above,
    );
    if (!isTraced(span)) return done();
    const here = trace.setSpan(above, span);
    contexts.set(request, here);
    reply.raw.once('close', () => {
      const { statusCode, headersSent } = reply.raw;
      if (headersSent) span.setAttribute('http.response.status_code', statusCode);
      if (!headersSent || statusCode >= 500) span.setStatus({ code: SpanStatusCode.ERROR });
      span.end();
    });
    context.with(here, done);
  });
  // A body arrives in events of the socket, outside the request's context: the handler is brought back into it.
  instance.addHook('preValidation', (request, _reply, done) => context.with(contextOf(request), done));
}

/** The context in which the request is handled. */
export function contextOf(request: FastifyRequest): Context {
  return contexts.get(request) ?? context.active();
}
