import { Injectable, NotFoundException, type CanActivate } from '@nestjs/common';
import { CreditsService } from '../credits/index.js';

export const READ_ALOUD = 'read_aloud';

/** Without a price it is not sold, and not there. */
@Injectable()
export class SoldGuard implements CanActivate {
  constructor(private readonly credits: CreditsService) {}

  canActivate(): boolean {
    if (!this.credits.prices.has(READ_ALOUD)) throw new NotFoundException();
    return true;
  }
}
