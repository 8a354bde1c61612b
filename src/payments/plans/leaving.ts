import { Inject, Injectable } from '@nestjs/common';
import { cannotLook, paymentsUnavailable, soldElsewhere } from '../problems.js';
import { PAYMENT_PROVIDER, type PaymentProvider } from '../provider.js';
import { OpenCheckouts } from '../open-checkouts.js';
import { WalletDatabase } from '../../database/wallet-database.js';
import { SubscriptionLooks } from './subscription-looks.js';
import { subscriptionsOf } from './subscription-rows.js';

/** Ends what a person has at the provider before that person is erased: open checkouts, and subscriptions. */
@Injectable()
export class Leaving {
  constructor(
    @Inject(PAYMENT_PROVIDER) private readonly provider: PaymentProvider | null,
    private readonly checkouts: OpenCheckouts,
    private readonly looks: SubscriptionLooks,
    private readonly databases: WalletDatabase,
  ) {}

  /** @throws ProblemException payments_unavailable, CreditsUnavailableError */
  async endAll(userId: string): Promise<void> {
    // A checkout that is paid meanwhile makes a subscription, and that ends with the others.
    await this.checkouts.closeAll(userId);
    const all = await subscriptionsOf(this.databases.of(userId), userId);
    for (const { id, ref, provider } of all.filter(({ state }) => state !== 'ended')) {
      if (this.provider?.name === provider) await this.#endThere(ref);
      // Behind the demo's there is no card that is charged on and on.
      else if (provider !== 'demo') throw cannotLook(`They have a plan. ${soldElsewhere(provider)}`);
      if (!(await this.looks.look(id))) await this.looks.end(id, { now: true });
    }
  }

  async #endThere(ref: string): Promise<void> {
    try {
      await this.provider!.plans.end(ref);
    } catch (error) {
      throw paymentsUnavailable(error);
    }
  }
}
