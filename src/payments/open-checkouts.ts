import { Inject, Injectable } from '@nestjs/common';
import { WalletDatabase } from '../database/wallet-database.js';
import { rowsOf } from './database.js';
import { Looks } from './looks.js';
import { paymentsUnavailable } from './problems.js';
import { PAYMENT_PROVIDER, type PaymentProvider } from './provider.js';
import type { PurchaseRow } from './purchase.js';
import { expireNow } from './unseen.js';

type Open = Pick<PurchaseRow, 'id' | 'provider' | 'session_ref'>;

/** Closes checkouts at the provider, so that nobody pays there any more. What was paid just before is seen, and honoured. */
@Injectable()
export class OpenCheckouts {
  constructor(
    @Inject(PAYMENT_PROVIDER) private readonly provider: PaymentProvider | null,
    private readonly looks: Looks,
    private readonly databases: WalletDatabase,
  ) {}

  /** Those of plans: nobody pays at an older one while there is a newer one. @throws ProblemException payments_unavailable */
  async closeThoseOfPlans(userId: string): Promise<void> {
    const open = await this.#of(userId, 'terms IS NOT NULL AND session_ref IS NOT NULL');
    await Promise.all(open.map((one) => this.#close(one)));
  }

  /** All of a user who goes. @throws ProblemException payments_unavailable */
  async closeAll(userId: string): Promise<void> {
    const open = await this.#of(userId, 'true');
    await Promise.all(open.map((one) => this.#close(one)));
  }

  /** @throws ProblemException payments_unavailable */
  async abandon(ref: string): Promise<void> {
    try {
      await this.provider!.abandon(ref);
    } catch (error) {
      throw paymentsUnavailable(error);
    }
  }

  async #close(purchase: Open): Promise<void> {
    if (this.looks.canLook(purchase)) {
      await this.abandon(purchase.session_ref!);
      if (await this.looks.look(purchase.id)) return;
    }
    // Its address was never shown to anybody, or is of a provider that is not in use or does not know it.
    await expireNow(this.databases.ofId(purchase.id), purchase);
  }

  #of(userId: string, which: string): Promise<Open[]> {
    return rowsOf<Open>(
      this.databases.of(userId),
      `SELECT id, provider, session_ref FROM payments.purchases
        WHERE user_id = $1 AND state = 'open' AND invoice_ref IS NULL AND ${which}`,
      [userId],
    );
  }
}
