import { Inject, Injectable, type OnModuleInit } from '@nestjs/common';
import { DiscoveryService, MetadataScanner, Reflector } from '@nestjs/core';
import { TwoGatesError, UnpricedActionError } from '../credits.errors.js';
import { CreditsOptionsError } from '../checked-options.js';
import { CREDITS_OPTIONS, type CreditsOptions } from '../credits.options.js';
import { PriceList } from '../price-list.js';
import { CreditsCost, NO_COST, gatesOn } from './cost.js';

/** Stops the start when an endpoint is decorated with an action that has no price, or with more than one gate. */
@Injectable()
export class PricedEndpoints implements OnModuleInit {
  constructor(
    private readonly discovery: DiscoveryService,
    private readonly scanner: MetadataScanner,
    private readonly reflector: Reflector,
    private readonly prices: PriceList,
    @Inject(CREDITS_OPTIONS) private readonly options: CreditsOptions,
  ) {}

  /** @throws UnpricedActionError, TwoGatesError, CreditsOptionsError where nobody says who pays */
  onModuleInit(): void {
    for (const { metatype } of this.discovery.getControllers()) {
      if (typeof metatype !== 'function') continue;
      const prototype = metatype.prototype as Record<string, () => unknown>;
      this.#check(metatype, metatype.name);
      for (const name of this.scanner.getAllMethodNames(prototype)) {
        this.#check(prototype[name]!, `${metatype.name}.${name}`, metatype);
      }
    }
  }

  #check(target: object, name: string, controller?: object): void {
    const cost = this.reflector.get(CreditsCost, target as never);
    if (cost === undefined) return;
    if (this.options.userOf === undefined) {
      throw new CreditsOptionsError(
        `CreditsModule.forRoot: ${name} has RequireCredits, so \`userOf\` must say who pays.`,
      );
    }
    if (typeof cost === 'string' && !this.prices.has(cost)) throw new UnpricedActionError(cost);
    const ofAll = controller && this.reflector.get(CreditsCost, controller as never);
    // A method may have another price than its controller; paid and free at once it cannot be.
    const isBoth = ofAll !== undefined && (ofAll === NO_COST) !== (cost === NO_COST);
    if (isBoth || gatesOn(target).length > 1) throw new TwoGatesError(name);
  }
}
