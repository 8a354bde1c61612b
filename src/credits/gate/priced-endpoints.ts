import { Inject, Injectable, Logger, type OnApplicationBootstrap, type OnModuleInit } from '@nestjs/common';
import { DiscoveryService, MetadataScanner, Reflector } from '@nestjs/core';
import { TwoGatesError, UnmeasuredActionError } from '../programming-errors.js';
import { CreditsOptionsError } from '../checked-options.js';
import { CREDITS_OPTIONS, type CreditsOptions } from '../credits.options.js';
import { PriceList } from '../price-list.js';
import type { Charge } from './admission.js';
import { CreditsCost, NO_COST, gatesOn } from './cost.js';

/**
 * Stops the start when an endpoint is decorated with an action that has no price, or one by other units than it
 * measures, or with more than one gate.
 */
@Injectable()
export class PricedEndpoints implements OnModuleInit, OnApplicationBootstrap {
  readonly #logger = new Logger('Prices');

  constructor(
    private readonly discovery: DiscoveryService,
    private readonly scanner: MetadataScanner,
    private readonly reflector: Reflector,
    private readonly prices: PriceList,
    @Inject(CREDITS_OPTIONS) private readonly options: CreditsOptions,
  ) {}

  /**
   * @throws UnpricedActionError, UnmeasuredActionError, TwoGatesError
   * @throws CreditsOptionsError where nobody says who pays
   */
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

  /** Each price as it was understood: `per 1` written for `per 1000` is seen before anybody pays for it. */
  onApplicationBootstrap(): void {
    for (const price of this.prices.inWords()) this.#logger.log(price);
  }

  #check(target: object, name: string, controller?: object): void {
    const cost = this.reflector.get(CreditsCost, target as never);
    if (cost === undefined) return;
    if (this.options.userOf === undefined) {
      throw new CreditsOptionsError(
        `CreditsModule.forRoot: ${name} has RequireCredits, so \`userOf\` must say who pays.`,
      );
    }
    if (typeof cost !== 'function')
      this.#checkPrice(typeof cost === 'string' ? { action: cost } : cost, name);
    const ofAll = controller && this.reflector.get(CreditsCost, controller as never);
    // A method may have another price than its controller; paid and free at once it cannot be.
    const isBoth = ofAll !== undefined && (ofAll === NO_COST) !== (cost === NO_COST);
    if (isBoth || gatesOn(target).length > 1) throw new TwoGatesError(name);
  }

  /** What a function answers is known only when it is asked. */
  #checkPrice(cost: Charge, endpoint: string): void {
    const price = this.prices.priceOf(cost.action);
    if (typeof price === 'number') return;
    const sold = price.rates.map(({ unit }) => unit).sort();
    const measured = Object.keys(cost.atMost ?? cost.atLeast ?? {}).sort();
    if (sold.join() !== measured.join())
      throw new UnmeasuredActionError({ endpoint, ...cost, sold, measured });
  }
}
