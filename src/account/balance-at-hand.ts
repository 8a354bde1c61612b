import { Injectable } from '@nestjs/common';
import type { IncomingMessage } from 'node:http';
import { BalanceDisplay } from '../credits-display/reader.js';
import { AnswersAtHand } from '../http/answers-at-hand.js';
import { IdentifyGuard } from '../identity/index.js';
import { answerWith } from '../credits-http/balance-body.js';
import { SignupGuard } from './signup.guard.js';

const PATHS = ['/api/credits', '/api/auth/credits'];

/** A balance that may be shown from a copy, to a welcomed user with a known token. BalanceController has the rest. */
@Injectable()
export class BalanceAtHand {
  constructor(
    answers: AnswersAtHand,
    private readonly identify: IdentifyGuard,
    private readonly signup: SignupGuard,
    private readonly display: BalanceDisplay,
  ) {
    for (const path of PATHS) answers.add(path, (request) => this.#find(request));
  }

  async #find(request: IncomingMessage) {
    const { headers } = request;
    if (headers['x-min-balance-version'] !== undefined) return undefined;
    const user = this.identify.recognise(request);
    if (user === undefined || !this.signup.isWelcomed(user)) return undefined;
    const copy = await this.display.copyOf(user.id);
    if (copy === undefined) return undefined;
    return { userId: user.id, answer: answerWith(copy, headers) };
  }
}
