import { Injectable } from '@nestjs/common';
import { Histogram, Registry, collectDefaultMetrics } from 'prom-client';

/** How long a rendered page is reused: rendering blocks the process for tens of milliseconds. */
const SHOWN_FOR_MS = 1_000;

/** What this process measures; others add their own gauges to the registry. */
@Injectable()
export class Metrics {
  readonly registry = new Registry();

  readonly #durations = new Histogram({
    name: 'http_request_duration_seconds',
    help: 'From the first byte of a request to the last byte of its answer, in seconds',
    labelNames: ['method', 'route', 'status'],
    buckets: [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30],
    registers: [this.registry],
  });

  #rendering: Promise<Buffer> | undefined;

  constructor() {
    collectDefaultMetrics({ register: this.registry });
  }

  /** The text format of Prometheus; all who ask within a second get the same text. */
  text(): Promise<Buffer> {
    this.#rendering ??= this.#render();
    return this.#rendering;
  }

  async #render(): Promise<Buffer> {
    try {
      return Buffer.from(await this.registry.metrics());
    } finally {
      setTimeout(() => (this.#rendering = undefined), SHOWN_FOR_MS).unref();
    }
  }

  /** `route` is the pattern and not the address: otherwise there would be a series for every id. */
  observeRequest({ method, route, status, ms }: RequestFacts): void {
    this.#durations.observe({ method, route: route ?? '(none)', status: String(status) }, ms / 1000);
  }
}

export interface RequestFacts {
  method: string;
  /** Undefined: no route fits the address. */
  route: string | undefined;
  status: number;
  ms: number;
  user: string | undefined;
  /** The client's address, if nobody is signed in. */
  address?: string;
}
