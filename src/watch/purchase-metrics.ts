import { Injectable } from '@nestjs/common';
import { PurchaseVitals } from '../payments/index.js';
import { register, samplesOf } from './measures.js';
import { Metrics } from './metrics.js';

/** Purchases in /metrics; docs/operating.md describes each metric. */
@Injectable()
export class PurchaseMetrics {
  constructor({ registry }: Metrics, vitals: PurchaseVitals) {
    register(registry, [
      {
        name: 'credits_purchases_total',
        help: 'What became of purchases, as this process noted it',
        labelNames: ['outcome'],
        read: () => samplesOf(vitals.noted, 'outcome'),
      },
      {
        name: 'credits_purchases_suspect',
        help: 'Purchases whose money came, does not fit and is not all back',
        read: () => vitals.suspect,
      },
      {
        name: 'credits_purchases_oldest_open_seconds',
        help: 'Age of the oldest purchase that is still open, 0 without one',
        read: () => vitals.oldestOpenSeconds,
      },
    ]);
  }
}
