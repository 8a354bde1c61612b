import { context, isSpanContextValid, trace, type Span } from '@opentelemetry/api';

/** Of whatever SDK the process was started with (`node --import …`); without one it makes nothing. */
export const tracer = trace.getTracer('creditgate');

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
