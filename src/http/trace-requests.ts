import { SpanKind, SpanStatusCode, context, propagation, trace, type Context } from '@opentelemetry/api';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { isTraced, isTracing, tracer } from '../watch/tracing.js';

const contexts = new WeakMap<FastifyRequest, Context>();

/** A span for each request, below the one that its `traceparent` names. Without an SDK: not even a hook. */
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
  // A body comes in events of the socket's, which know nothing of the request: the handler is led back.
  instance.addHook('preValidation', (request, _reply, done) => context.with(contextOf(request), done));
}

/** In which what belongs to the request is done. */
export function contextOf(request: FastifyRequest): Context {
  return contexts.get(request) ?? context.active();
}
