import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { context, propagation, trace } from '@opentelemetry/api';
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';
import { W3CTraceContextPropagator } from '@opentelemetry/core';
import {
  BasicTracerProvider,
  InMemorySpanExporter,
  SimpleSpanProcessor,
  type ReadableSpan,
} from '@opentelemetry/sdk-trace-base';
import { Controller, Get, Logger, Post } from '@nestjs/common';
import { Public } from '../../src/identity/index.js';
import { openProduct, upload, type Product } from '../app/product.js';
import { openApp, type OpenApp } from '../support/app.js';
import { until } from '../support/until.js';

const TRACE = '4bf92f3577b34da6a3ce929d0e0e4736';
const CALLER = '00f067aa0ba902b7';
const headers = { traceparent: `00-${TRACE}-${CALLER}-01` };
const exporter = new InMemorySpanExporter();

@Public()
@Controller('toy')
class ToyController {
  readonly #logger = new Logger('Toy');

  @Get()
  get(): { ok: true } {
    this.#logger.warn('said at work');
    return { ok: true };
  }

  @Post()
  post(): { ok: true } {
    return this.get();
  }
}

let toy: OpenApp;
let product: Product;

async function open(): Promise<void> {
  product = await openProduct();
  await product.open('alice', 10);
  // Last: Nest has one logger for all.
  toy = await openApp({ controllers: [ToyController] });
}
async function close(): Promise<void> {
  await toy.close();
  await product.close();
}
beforeAll(open);
afterAll(close);
afterEach(() => exporter.reset());

const lines = (message: string) => toy.log.filter(({ msg }) => msg === message);
const called = async (init: RequestInit = {}) => {
  toy.log.length = 0;
  expect((await fetch(`${toy.url}/api/toy`, init)).ok).toBe(true);
  // Written when the connection knows that the answer is out.
  await until(() => lines('request').length > 0);
};
const json = { method: 'POST', body: '{}', headers: { ...headers, 'content-type': 'application/json' } };

test('without an SDK nothing is traced, and no line says that it was', async () => {
  await called({ headers });
  await product.call('alice', '/api/upload/txt', upload('a text', 'a.txt', headers));
  expect([...lines('said at work'), ...lines('request')]).toHaveLength(2);
  expect(toy.log.filter((line) => 'traceparent' in line)).toEqual([]);
});

// As `node --import ./tracing.mjs` has it: the SDK is there before the program.
describe('with an SDK', () => {
  beforeAll(async () => {
    await close();
    context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
    propagation.setGlobalPropagator(new W3CTraceContextPropagator());
    trace.setGlobalTracerProvider(
      new BasicTracerProvider({ spanProcessors: [new SimpleSpanProcessor(exporter)] }),
    );
    await open();
  });

  const spans = () => exporter.getFinishedSpans();
  const named = (name: string): ReadableSpan => spans().find((span) => span.name === name)!;

  async function uploaded(content: string, name: string): Promise<number> {
    const { status } = await product.call('alice', '/api/upload/txt', upload(content, name, headers));
    await until(() => named('POST /api/upload/txt') !== undefined);
    return status;
  }

  test('a paid request is a span of its caller’s trace, and its hold and capture are below it', async () => {
    expect(await uploaded('A Chapter\n\nIt was a dark night.', 'a.txt')).toBe(201);
    const request = named('POST /api/upload/txt');
    expect(request.spanContext().traceId).toBe(TRACE);
    expect(request.parentSpanContext?.spanId).toBe(CALLER);
    expect(request.attributes).toMatchObject({
      'http.route': '/api/upload/txt',
      'http.response.status_code': 201,
    });
    for (const [name, credits] of [
      ['credits.hold', 3],
      ['credits.capture', 3],
    ] as const) {
      const span = named(name);
      expect(span.parentSpanContext?.spanId).toBe(request.spanContext().spanId);
      expect(span.attributes).toMatchObject({ 'credits.outcome': 'done', 'credits.amount': credits });
    }
    expect(named('credits.hold').attributes['credits.action']).toBe('txt_upload');
    expect(JSON.stringify(spans().map(({ attributes }) => attributes))).not.toContain('alice');
  });

  test('a release and a refusal are spans, and no errors', async () => {
    expect(await uploaded('\u0000\u0001\u0002', 'a.txt')).toBe(415);
    expect(named('credits.release').status.code).toBe(0);
    exporter.reset();
    await product.sql.query(`UPDATE credits.wallets SET balance = 1 WHERE user_id = 'alice'`);
    expect(await uploaded('a text', 'b.txt')).toBe(402);
    const { attributes, status } = named('credits.hold');
    expect([attributes['credits.outcome'], status.code]).toEqual(['insufficient_credits', 0]);
  });

  test('each line of the log that is of a request names its span', async () => {
    for (const init of [{ headers }, json]) {
      await called(init);
      const [request] = spans().filter(({ name }) => name.endsWith('/api/toy'));
      const { spanId } = request!.spanContext();
      for (const message of ['said at work', 'request']) {
        expect(lines(message).map(({ traceparent }) => traceparent)).toEqual([`00-${TRACE}-${spanId}-01`]);
      }
      exporter.reset();
    }
  });
});
