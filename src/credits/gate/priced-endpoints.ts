import { Injectable, type OnModuleInit } from '@nestjs/common';
import { DiscoveryService, MetadataScanner, Reflector } from '@nestjs/core';
import { UnpricedActionError } from '../credits.errors.js';
import { PriceList } from '../price-list.js';
import { CreditsCost } from './cost.js';

/** Stops the start when an endpoint is decorated with an action that has no price. */
@Injectable()
export class PricedEndpoints implements OnModuleInit {
  constructor(
    private readonly discovery: DiscoveryService,
    private readonly scanner: MetadataScanner,
    private readonly reflector: Reflector,
    private readonly prices: PriceList,
  ) {}

  /** @throws UnpricedActionError */
  onModuleInit(): void {
    for (const { metatype } of this.discovery.getControllers()) {
      if (typeof metatype !== 'function') continue;
      const prototype = metatype.prototype as Record<string, () => unknown>;
      const handlers = this.scanner.getAllMethodNames(prototype).map((name) => prototype[name]!);
      for (const target of [metatype, ...handlers]) {
        const cost = this.reflector.get(CreditsCost, target);
        if (typeof cost === 'string' && !this.prices.has(cost)) throw new UnpricedActionError(cost);
      }
    }
  }
}
