import { Inject, Injectable, Logger } from '@nestjs/common';
import { WalletDatabase } from '../database/wallet-database.js';
import { PurchaseBooks } from './purchase-books.js';
import { databaseTime } from './database.js';
import { paymentsUnavailable } from './problems.js';
import { PAYMENT_PROVIDER, type PaymentFacts, type PaymentProvider } from './provider.js';
import { findPurchase } from './purchase-rows.js';
import type { PurchaseRow } from './purchase.js';
import { noteUnseen } from './unseen.js';

export const OTHER_KEY = 'was it sold with a key of another account, or of its tests?';

/**
 * The one way in which a purchase changes: look at the provider, outside of any transaction, and bring the books to
 * what was seen. The provider's events, the buyer's return, the sweeper and operators are callers of it.
 */
@Injectable()
export class Looks {
  readonly #logger = new Logger('Payments');
  readonly #running = new Map<string, { now: Promise<boolean>; next?: Promise<boolean> }>();

  constructor(
    @Inject(PAYMENT_PROVIDER) private readonly provider: PaymentProvider | null,
    private readonly books: PurchaseBooks,
    private readonly databases: WalletDatabase,
  ) {}

  /** False: it has no checkout, or this installation does not use its provider (any more). */
  canLook({ provider, session_ref: ref }: { provider: string; session_ref: string | null }): boolean {
    return ref !== null && this.provider?.name === provider;
  }

  /**
   * A look that begins now or later. One runs at a time; callers that come while it does share the next one, so fifty
   * events about one purchase are two looks. False: nobody could look, for its provider is not in use or does not know it.
   *
   * @throws ProblemException payments_unavailable, CreditsUnavailableError
   */
  look(id: string): Promise<boolean> {
    const current = this.#running.get(id);
    if (current === undefined) return this.#start(id);
    current.next ??= current.now.catch(() => undefined).then(() => this.#start(id));
    return current.next;
  }

  #start(id: string): Promise<boolean> {
    const now = this.#lookOnce(id).finally(() => {
      if (this.#running.get(id) === running && running.next === undefined) this.#running.delete(id);
    });
    const running: { now: Promise<boolean>; next?: Promise<boolean> } = { now };
    this.#running.set(id, running);
    return now;
  }

  async #lookOnce(id: string): Promise<boolean> {
    const database = this.databases.ofId(id);
    const purchase = await findPurchase(database, id);
    if (purchase === undefined) return false;
    const lookedAt = await databaseTime(database);
    const facts = this.canLook(purchase) ? await this.#ask(purchase) : undefined;
    if (facts === undefined) await noteUnseen(database, id);
    else await database.transaction((tx) => this.books.settle(id, facts, lookedAt, tx));
    return facts !== undefined;
  }

  async #ask({ id, provider, session_ref: ref, paid_amount: paid }: PurchaseRow) {
    let facts: PaymentFacts | undefined;
    try {
      facts = await this.provider!.look(ref!);
    } catch (error) {
      throw paymentsUnavailable(error);
    }
    if (facts === undefined && paid !== null) {
      this.#logger.error(`purchase ${id} was paid, and ${provider} does not know ${ref}: ${OTHER_KEY}`);
    }
    return facts;
  }
}
