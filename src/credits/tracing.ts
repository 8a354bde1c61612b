import { isCreditsError } from './credits.errors.js';
import type { Operation, Outcome } from './ledger/operation.js';

/** What is used of a span of OpenTelemetry's. */
interface Span {
  setAttribute(name: string, value: string | number): unknown;
  setStatus(status: { code: number }): unknown;
  end(): void;
  /** False: nobody records it, so it need not be told anything. */
  isRecording?(): boolean;
}

/** What is used of a tracer: `trace.getTracer('shop')` of `@opentelemetry/api` is one. */
export interface Tracer {
  startSpan(name: string, options?: { attributes?: Record<string, string | number> }): Span;
}

/** SpanStatusCode.ERROR */
const ERROR = 2;

/**
 * A span for what the ledger decides, below the one of whoever asks: `credits.hold`, `credits.capture` … A refusal is an
 * answer and no error. Whose wallet it is does not belong into a trace.
 */
export function traced(
  tracer: Tracer,
  operation: Operation,
  decide: () => Promise<Outcome>,
): Promise<Outcome> {
  const span = tracer.startSpan(`credits.${operation.verb}`, { attributes: attributesOf(operation) });
  return span.isRecording?.() === false ? decide() : recorded(span, decide);
}

async function recorded(span: Span, decide: () => Promise<Outcome>): Promise<Outcome> {
  try {
    const outcome = await decide();
    span.setAttribute('credits.outcome', outcome.code);
    span.setAttribute('credits.amount', Number(outcome.amount));
    return outcome;
  } catch (error) {
    const isRefusal = isCreditsError(error) && error.getStatus() < 500;
    span.setAttribute('credits.outcome', isRefusal ? error.code : 'failed');
    if (!isRefusal) span.setStatus({ code: ERROR });
    throw error;
  } finally {
    span.end();
  }
}

function attributesOf({ action, hold_id: holdId }: Operation): Record<string, string> {
  return {
    ...(action !== undefined && { 'credits.action': action }),
    ...(holdId !== undefined && { 'credits.hold_id': holdId }),
  };
}
