import { ProxyTracerProvider, context, isSpanContextValid, trace, type Span } from '@opentelemetry/api';

/** The tracer of the SDK that the process was started with (`node --import …`); without one it does nothing. */
export const tracer = trace.getTracer('creditgate');

/** True once the process has an SDK. Without one, tracing costs its requests and log lines nothing. */
export function isTracing(): boolean {
  const provider = trace.getTracerProvider();
  return !(provider instanceof ProxyTracerProvider) || provider.getDelegateTracer('creditgate') !== undefined;
}

/** The span that a log line is written in, as the value of W3C's `traceparent`. */
export function traceOfNow(): { traceparent?: string } {
  const span = trace.getSpan(context.active());
  return span === undefined || !isTraced(span) ? {} : { traceparent: traceparentOf(span) };
}

/** True if an SDK made the span, sampled or not. */
export function isTraced(span: Span): boolean {
  return isSpanContextValid(span.spanContext());
}

function traceparentOf(span: Span): string {
  const { traceId, spanId, traceFlags } = span.spanContext();
  return `00-${traceId}-${spanId}-${traceFlags.toString(16).padStart(2, '0')}`;
}
