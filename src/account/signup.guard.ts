import {
  Injectable,
  Logger,
  type CanActivate,
  type ExecutionContext,
  type OnApplicationBootstrap,
} from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import { Environment } from '../config/environment.js';
import { CreditsService, IdempotencyKeyReusedError, InvalidCreditsInputError } from '../credits/index.js';
import { IsAdminOnly, currentUser, type User } from '../identity/index.js';
import { FormerUsers } from './former-users.js';

/** Shorter than any key that a client may send, so no client can use it. */
const KEY = 'signup';
const MOST_REMEMBERED = 50_000;

/**
 * Gives every new user the signup grant before anything reads or spends from the wallet, and the monthly grant to
 * every user who has none. An idempotency key makes sure that the signup grant is given once, however requests race.
 * Users who are anonymous or erased, and operators at work, get neither.
 */
@Injectable()
export class SignupGuard implements CanActivate, OnApplicationBootstrap {
  /** Users who have them, so that only their first request asks the database. */
  readonly #known = new Set<string>();
  readonly #running = new Map<string, Promise<void>>();
  readonly #logger = new Logger('Account');

  constructor(
    private readonly reflector: Reflector,
    private readonly credits: CreditsService,
    private readonly environment: Environment,
    private readonly formerUsers: FormerUsers,
  ) {}

  canActivate(context: ExecutionContext): boolean | Promise<boolean> {
    const request = context.switchToHttp().getRequest<object>();
    const user = currentUser(request);
    if (user === undefined || this.isWelcomed(user)) return true;
    if (this.#isForOperators(context)) return true;
    return this.#welcomeOnce(user.id).then(() => true);
  }

  /** Sets what everybody is given each month from now on. Credits already given stay. */
  async onApplicationBootstrap(): Promise<void> {
    const { monthlyGrantCredits: credits, monthlyCarryCredits: carry, timeZone } = this.environment;
    await this.credits.setMonthlyGrant({ credits, carry, timeZone });
  }

  #isForOperators(context: ExecutionContext): boolean {
    return this.reflector.getAllAndOverride(IsAdminOnly, [context.getHandler(), context.getClass()]) === true;
  }

  /** True if nothing is left to do for this user, as on nearly every request. */
  isWelcomed({ id, isAnonymous }: User): boolean {
    return isAnonymous || !this.#givesAnything || this.#known.has(id);
  }

  get #givesAnything(): boolean {
    return this.environment.signupGrantCredits > 0 || this.environment.monthlyGrantCredits > 0;
  }

  #welcomeOnce(userId: string): Promise<void> {
    let running = this.#running.get(userId);
    if (running === undefined) {
      running = this.#welcome(userId).finally(() => this.#running.delete(userId));
      this.#running.set(userId, running);
    }
    return running;
  }

  /** @throws CreditsUnavailableError, CreditsOverloadedError */
  async #welcome(userId: string): Promise<void> {
    // A read first: a wallet that somebody else has locked must not keep its owner from looking at it.
    const [hasGrant, hasMonthly] = await Promise.all([
      this.environment.signupGrantCredits === 0 || this.credits.isKeyUsed({ userId, key: KEY }),
      this.credits.hasMonthlyGrant(userId),
    ]);
    if ((!hasGrant || !hasMonthly) && !(await this.formerUsers.has(userId))) {
      if (!hasGrant) await this.#grant(userId);
      if (!hasMonthly) await this.credits.allowMonthlyGrant(userId);
    }
    this.#known.add(userId);
    if (this.#known.size > MOST_REMEMBERED) this.#known.delete(this.#known.values().next().value!);
  }

  async #grant(userId: string): Promise<void> {
    const credits = this.environment.signupGrantCredits;
    try {
      await this.credits.grant({
        userId,
        credits,
        category: 'signup',
        reason: 'signup',
        actor: 'signup',
        idempotencyKey: KEY,
      });
    } catch (error) {
      // Another instance with another CREDIT_SIGNUP_GRANT was faster.
      if (error instanceof IdempotencyKeyReusedError) return;
      if (!(error instanceof InvalidCreditsInputError)) throw error;
      // The wallet is so full that it would overflow.
      this.#logger.warn(`no signup grant for ${userId}: ${error.message}`);
    }
  }
}
