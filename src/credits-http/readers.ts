import { Inject, Injectable } from '@nestjs/common';
import {
  CREDITS_OPTIONS,
  CreditsOptionsError,
  NotSignedInError,
  type CreditsOptions,
  type HostRequest,
} from '../credits/index.js';
import { payingFor } from '../credits/plumbing.js';

/** The wallet that a request reads: the one that pays for its user's work. */
@Injectable()
export class Readers {
  /** @throws CreditsOptionsError */
  constructor(@Inject(CREDITS_OPTIONS) private readonly options: CreditsOptions) {
    if (options.userOf !== undefined) return;
    throw new CreditsOptionsError(
      'CreditsHttpModule: it serves what is a user’s own, so `userOf` of CreditsModule must say whose.',
    );
  }

  /** @throws NotSignedInError */
  async walletOf(request: HostRequest): Promise<string> {
    const paying = await payingFor(this.options, request as object);
    if (paying === undefined) throw new NotSignedInError();
    return paying.userId;
  }
}
