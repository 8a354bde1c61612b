import { Injectable } from '@nestjs/common';
import { Fence } from './fence.js';
import { BalanceDisplay } from './reader.js';
import { BalanceStore } from './store.js';

/** The display's measures. */
@Injectable()
export class DisplayVitals {
  constructor(
    private readonly display: BalanceDisplay,
    private readonly store: BalanceStore,
    private readonly fence: Fence,
  ) {}

  /** Since the process began. */
  get reads(): Readonly<BalanceDisplay['reads']> {
    return this.display.reads;
  }

  get copies(): number {
    return this.store.size;
  }

  /** Whether changes made elsewhere are being heard; if not, every read goes to the database. */
  get isListening(): boolean {
    return this.fence.isTrustedAllOver(performance.now());
  }
}
