import { Inject, Injectable } from '@nestjs/common';
import { WalletDatabase } from '../database/wallet-database.js';
import { PurchaseBooks } from './purchase-books.js';
import { databaseTime } from './database.js';
import { paymentsUnavailable } from './problems.js';
import { PAYMENT_PROVIDER, type PaymentFacts, type PaymentProvider } from './provider.js';
import { findPurchase } from './purchase-rows.js';
import type { PurchaseRow } from './purchase.js';

/**
 * The one way in which a purchase changes: look at the provider, outside of any transaction, and bring the books to
 * what was seen. The provider's events, the buyer's return, the sweeper and operators are callers of it.
 */
@Injectable()
export class Looks {
  readonly #running = new Map<string, { now: Promise<void>; next?: Promise<void> }>();

  constructor(
    @Inject(PAYMENT_PROVIDER) private readonly provider: PaymentProvider | null,
    private readonly books: PurchaseBooks,
    private readonly databases: WalletDatabase,
  ) {}

  /** False: this installation does not use its provider (any more), so nobody can look. */
  canLook({ provider, session_ref: ref }: Pick<PurchaseRow, 'provider' | 'session_ref'>): boolean {
    return ref !== null && this.provider?.name === provider;
  }

  /**
   * A look that begins now or later. One runs at a time; callers that come while it does share the next one, so fifty
   * events about one purchase are two looks.
   *
   * @throws ProblemException payments_unavailable, CreditsUnavailableError
   */
  look(id: string): Promise<void> {
    const current = this.#running.get(id);
    if (current === undefined) return this.#start(id);
    current.next ??= current.now.catch(() => undefined).then(() => this.#start(id));
    return current.next;
  }

  #start(id: string): Promise<void> {
    const now = this.#lookOnce(id).finally(() => {
      if (this.#running.get(id) === running && running.next === undefined) this.#running.delete(id);
    });
    const running: { now: Promise<void>; next?: Promise<void> } = { now };
    this.#running.set(id, running);
    return now;
  }

  async #lookOnce(id: string): Promise<void> {
    const database = this.databases.ofId(id);
    const purchase = await findPurchase(database, id);
    if (purchase === undefined || !this.canLook(purchase)) return;
    const lookedAt = await databaseTime(database);
    const facts = await this.#ask(purchase.session_ref!);
    await database.transaction((tx) => this.books.settle(id, facts, lookedAt, tx));
  }

  async #ask(ref: string): Promise<PaymentFacts> {
    try {
      return await this.provider!.look(ref);
    } catch (error) {
      throw paymentsUnavailable(error);
    }
  }
}
