import { Answers, type Answer, type KeyedRequest } from '../gate/answers.js';
import type { Groups } from '../groups.js';
import type { Transaction } from '../ledger/transaction.js';
import { MemoryTransaction } from './memory-transaction.js';

/** First answers to keyed requests, in memory; null: the key is taken by a request that runs. */
export class MemoryAnswers extends Answers {
  readonly #answers = new Map<string, Answer | null>();

  constructor() {
    super(undefined as unknown as Groups);
  }

  override async find(request: KeyedRequest): Promise<Answer | undefined> {
    return this.#answers.get(placeOf(request)) ?? undefined;
  }

  override async claim(request: KeyedRequest): Promise<boolean> {
    if (this.#answers.has(placeOf(request))) return false;
    this.#answers.set(placeOf(request), null);
    return true;
  }

  override async abandon(request: KeyedRequest, tx?: Transaction): Promise<boolean> {
    if (this.#answers.get(placeOf(request)) !== null) return false;
    this.#touch(tx);
    return this.#answers.delete(placeOf(request));
  }

  override async record(
    request: KeyedRequest,
    answer: Omit<Answer, 'route'>,
    tx?: Transaction,
  ): Promise<Answer | undefined> {
    const first = this.#answers.get(placeOf(request));
    if (first) return first;
    this.#touch(tx);
    this.#answers.set(placeOf(request), { ...answer, route: request.route });
    return undefined;
  }

  override async amend(
    request: KeyedRequest,
    _recorded: unknown,
    answer: Omit<Answer, 'route'> | undefined,
  ): Promise<void> {
    if (answer === undefined) this.#answers.delete(placeOf(request));
    else this.#answers.set(placeOf(request), { ...answer, route: request.route });
  }

  #touch(tx: Transaction | undefined): void {
    if (!(tx instanceof MemoryTransaction)) return;
    const before = new Map(this.#answers);
    tx.touch(this, () => {
      this.#answers.clear();
      for (const [place, answer] of before) this.#answers.set(place, answer);
    });
  }
}

function placeOf({ userId, key }: KeyedRequest): string {
  return `${key}\n${userId}`;
}
