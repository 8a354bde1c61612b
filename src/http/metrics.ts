import { Injectable } from '@nestjs/common';
import { Histogram, Registry, collectDefaultMetrics } from 'prom-client';

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

  constructor() {
    collectDefaultMetrics({ register: this.registry });
  }

  /** `route` is the pattern and not the address: otherwise there would be a series for every id. */
  observeRequest({ method, route, status, ms }: RequestFacts): void {
    this.#durations.observe({ method, route: route ?? '(none)', status: String(status) }, ms / 1000);
  }
}

export interface RequestFacts {
  method: string;
  /** Undefined where no route fits the address. */
  route: string | undefined;
  status: number;
  ms: number;
  user: string | undefined;
}
