import { Body, Controller, Get, HttpCode, Post } from '@nestjs/common';
import {
  CreditsService,
  InvalidCreditsInputError,
  InvalidMeasureError,
  type Quote,
} from '../credits/index.js';
import { BalanceDisplay } from '../credits-display/reader.js';
import { CurrentUser, Public, type User } from '../identity/index.js';
import { QuoteBody } from './account.dto.js';
import { Describes } from '../routes/describes.decorator.js';
import { accountRoutes } from './account.routes.js';

@Controller('credits')
export class PricesController {
  constructor(
    private readonly credits: CreditsService,
    private readonly display: BalanceDisplay,
  ) {}

  @Get('prices')
  @Public()
  @Describes(accountRoutes.prices)
  prices() {
    const { prices } = this.credits;
    return { priceVersion: prices.version, prices: prices.list() };
  }

  /** What an action would cost this user now; nothing is set aside. */
  @Post('quote')
  @HttpCode(200)
  @Describes(accountRoutes.quote)
  async quote(@CurrentUser() user: User, @Body() body: QuoteBody) {
    const quote = this.#quote(body);
    const { available } = await this.display.read(user.id);
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
  #quote(body: QuoteBody): Quote {
    if (!this.credits.prices.has(body.action)) {
      throw new InvalidCreditsInputError([{ path: 'action', message: 'must be an action that has a price' }]);
    }
    try {
      return this.credits.quote(body);
    } catch (error) {
      throw error instanceof InvalidMeasureError ? new InvalidCreditsInputError(error.errors) : error;
    }
  }
}
