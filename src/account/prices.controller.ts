import { Body, Controller, Get, HttpCode, Post } from '@nestjs/common';
import { CreditsService, InvalidCreditsInputError } from '../credits/index.js';
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
  async quote(@CurrentUser() user: User, @Body() { action, units }: QuoteBody) {
    if (!this.credits.prices.has(action)) {
      throw new InvalidCreditsInputError([{ path: 'action', message: 'must be an action that has a price' }]);
    }
    const quote = this.credits.quote({ action, units });
    const { available } = await this.display.read(user.id);
    return {
      action: quote.action,
      units: quote.units,
      credits: quote.credits,
      available,
      availableAfter: available - quote.credits,
      sufficient: available >= quote.credits,
      priceVersion: quote.priceVersion,
    };
  }
}
