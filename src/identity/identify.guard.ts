import {
  Injectable,
  Logger,
  ServiceUnavailableException,
  type CanActivate,
  type ExecutionContext,
} from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import type { IncomingMessage } from 'node:http';
import { bearerTokenOf } from './bearer-token.js';
import { IsPublic } from './public.decorator.js';
import { TokenVerifier } from './token-verifier.js';
import { KeysUnavailableError } from './trust.js';
import { signIn, type User } from './user.js';

/**
 * Finds out who sends a request. It refuses nobody for a wrong token: SignedInGuard does, after the rate limit,
 * so that guessing tokens counts against the address that guesses.
 */
@Injectable()
export class IdentifyGuard implements CanActivate {
  readonly #logger = new Logger('Identity');

  constructor(
    private readonly reflector: Reflector,
    private readonly verifier: TokenVerifier,
  ) {}

  canActivate(context: ExecutionContext): boolean | Promise<boolean> {
    if (isPublic(this.reflector, context)) return true;
    const request = context.switchToHttp().getRequest<{ raw: IncomingMessage }>();
    const user = this.recognise(request.raw);
    if (user !== undefined) {
      signIn(request, user);
      return true;
    }
    const token = bearerTokenOf(request.raw);
    return token === undefined ? true : this.#verify(request, token);
  }

  /** The user of an already verified token, without a promise; nearly every request has one. */
  recognise(request: IncomingMessage): User | undefined {
    const token = bearerTokenOf(request);
    return token === undefined ? undefined : this.verifier.recognise(token, request.socket);
  }

  /**
   * True if a request would still be let in. A long answer asks, because its token may have expired or its key may be
   * withdrawn.
   */
  async isStillGood(request: IncomingMessage): Promise<boolean> {
    if (this.recognise(request) !== undefined) return true;
    try {
      await this.verifier.verify(bearerTokenOf(request) ?? '');
      return true;
    } catch (error) {
      // Unknown is not refused.
      return error instanceof KeysUnavailableError;
    }
  }

  async #verify(request: object, token: string): Promise<boolean> {
    try {
      signIn(request, await this.verifier.verify(token));
    } catch (error) {
      if (error instanceof KeysUnavailableError) {
        this.#logger.warn(`${error.message}: ${String(error.cause)}`);
        throw new ServiceUnavailableException('Who you are could not be checked. Please try again.');
      }
      this.#logger.debug(`a token was refused: ${(error as Error).message}`);
    }
    return true;
  }
}

export function isPublic(reflector: Reflector, context: ExecutionContext): boolean {
  return reflector.getAllAndOverride(IsPublic, [context.getHandler(), context.getClass()]) === true;
}
