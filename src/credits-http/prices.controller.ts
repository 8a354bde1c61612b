import { Controller, Get, HttpCode, Post, Req, UseInterceptors } from '@nestjs/common';
import {
  CreditsService,
  InvalidCreditsInputError,
  InvalidMeasureError,
  type HostRequest,
  type Quote,
  type QuoteInput,
} from '../credits/index.js';
import { INPUTS, bodyOf } from './asked.js';
import { Readers } from './readers.js';
import { RefusalHeaders } from './refusal-headers.interceptor.js';
import { ShownBalances } from './shown-balances.js';

@Controller('credits')
@UseInterceptors(RefusalHeaders)
export class PricesController {
  constructor(
    private readonly credits: CreditsService,
    private readonly balances: ShownBalances,
    private readonly readers: Readers,
  ) {}

  @Get('prices')
  prices() {
    const { prices } = this.credits;
    return { priceVersion: prices.version, prices: prices.list() };
  }

  /** What an action would cost this user now; nothing is set aside. */
  @Post('quote')
  @HttpCode(200)
  async quote(@Req() request: HostRequest) {
    const userId = await this.readers.walletOf(request);
    const quote = this.#quote(request);
    const { available } = await this.balances.display.read(userId);
    return {
      action: quote.action,
      units: quote.units,
      ...(quote.measured && { measured: quote.measured }),
      credits: quote.credits,
      available,
      availableAfter: available - quote.credits,
      sufficient: available >= quote.credits,
      priceVersion: quote.priceVersion,
    };
  }

  /** What would be a programming error in a feature is here what the client wrote. */
  #quote(request: HostRequest): Quote {
    const { action, units, measured } = bodyOf(request, INPUTS.quote);
    if (typeof action !== 'string' || !this.credits.prices.has(action)) {
      throw new InvalidCreditsInputError([{ path: 'action', message: 'must be an action that has a price' }]);
    }
    try {
      return this.credits.quote({ action, units, measured } as QuoteInput);
    } catch (error) {
      throw error instanceof InvalidMeasureError ? new InvalidCreditsInputError(error.errors) : error;
    }
  }
}
