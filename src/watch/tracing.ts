import { ProxyTracerProvider, context, isSpanContextValid, trace, type Span } from '@opentelemetry/api';

/** Of whatever SDK the process was started with (`node --import …`); without one it makes nothing. */
export const tracer = trace.getTracer('creditgate');

/** Whether the process has an SDK by now. Without one its requests and lines pay nothing for being traced. */
export function isTracing(): boolean {
  const provider = trace.getTracerProvider();
  return !(provider instanceof ProxyTracerProvider) || provider.getDelegateTracer('creditgate') !== undefined;
}

/** What a line of the log says of the span it is written in: the value of W3C's header. */
export function traceOfNow(): { traceparent?: string } {
  const span = trace.getSpan(context.active());
  return span === undefined || !isTraced(span) ? {} : { traceparent: traceparentOf(span) };
}

/** Whether there is an SDK that made it, sampled or not. */
export function isTraced(span: Span): boolean {
  return isSpanContextValid(span.spanContext());
}

function traceparentOf(span: Span): string {
  const { traceId, spanId, traceFlags } = span.spanContext();
  return `00-${traceId}-${spanId}-${traceFlags.toString(16).padStart(2, '0')}`;
}
