import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import fc from 'fast-check';
import { DatabaseError } from 'pg';
import { CreditsError } from '../../src/credits/credits.errors.js';
import type { Receipt } from '../../src/credits/credits.types.js';
import { HOUR, onModel, onProduct, orderOfDeparture, type Answer, type Known, type Made } from './calls.js';
import { START, type ClockedCredits } from './clocked-credits.js';
import { histories, type Call, type Step, type Terms } from './history.js';
import { NEVER, Refusal, type ModelEntry, type ModelHold } from '../../src/credits/testing/glass.js';
import { grantStateOf } from '../../src/credits/testing/memory-reads.js';
import { ModelWallet } from '../../src/credits/testing/model.js';
import type { ModelAllowance } from '../../src/credits/testing/refill.js';
import { progressOf } from '../support/progress.js';
import { Crossings, pictureOf, storedPictures } from './picture.js';

const CHECK_VIOLATION = '23514';

/** Random histories, one after the other; `details.failed` when one of them is not the same on both sides. */
export function compareHistories(
  open: ClockedCredits,
  parameters: fc.Parameters<[Step[]]> & { numRuns: number },
): Promise<fc.RunDetails<[Step[]]>> {
  const tell = progressOf(parameters.numRuns, 'histories held');
  const property = fc.asyncProperty(histories, async (history) => {
    await new Comparison(open).run(history);
    tell();
  });
  return fc.check(property, parameters);
}

let comparisons = 0;

interface Allowed {
  id: string;
  wallet: ModelWallet;
  made: ModelAllowance;
}

/** One history on the product and on the model, compared after every step. */
class Comparison {
  readonly #name = `history ${String((comparisons += 1)).padStart(8, '0')}`;
  readonly #clock = { now: START };
  readonly #wallets = [0, 1, 2].map((n): Known => ({
    id: `${this.#name} ${n}`,
    wallet: new ModelWallet(this.#clock),
  }));
  readonly #crossings = new Map(this.#wallets.map(({ wallet }) => [wallet, new Crossings()]));
  readonly #holds: Known[] = [];
  readonly #entries: Known[] = [];
  /** Entries that gave credits, and of those that gave none, the first. */
  readonly #gifts: Known[] = [];
  readonly #allowances: Allowed[] = [];
  /** Holds whose owner the ledger does not remember any more: somebody tried to resolve them. */
  readonly #forgotten = new Set<string>();

  constructor(private readonly open: ClockedCredits) {}

  async run(history: readonly Step[]): Promise<void> {
    await this.open.setClock(this.#clock.now);
    for (const step of history) {
      await this.#take(step);
      const stored = await storedPictures(
        this.open,
        this.#wallets.map(({ id }) => id),
      );
      const expected = this.#wallets.map(({ wallet }) => pictureOf(wallet, this.#crossings.get(wallet)!));
      assert.deepEqual(stored, expected, `after ${JSON.stringify(step)}`);
      for (const { grants } of stored) {
        for (const [amount, remaining] of grants as number[][])
          assert(remaining! <= amount!, 'more than it had');
      }
    }
    await this.#compareGifts();
    for (const { sql, schema } of new Set(this.#wallets.map(({ id }) => this.open.placeOf(id)))) {
      const { rows } = await sql.query(
        `SELECT * FROM ${schema}.check_wallets((SELECT min(number) - 1 FROM ${schema}.wallets WHERE user_id = ANY ($1)), 3)`,
        [this.#wallets.map(({ id }) => id)],
      );
      assert.deepEqual(
        rows.filter(({ user_id }) => user_id !== null),
        [],
      );
    }
  }

  /** What became of what was given, and what came of it later. */
  async #compareGifts(): Promise<void> {
    for (const { id, wallet, made } of this.#gifts) {
      const entry = made as ModelEntry;
      if (entry.of === undefined) continue;
      const state = await this.open.credits.grantState({ entryId: id });
      wallet.settle();
      const userId = this.#ownerOf({ id, wallet });
      assert.deepEqual(state, { entryId: id, ...grantStateOf({ userId, model: wallet }, entry) });
    }
  }

  async #take(step: Step): Promise<void> {
    switch (step.do) {
      case 'wait':
        this.#clock.now += step.hours * HOUR;
        return this.open.setClock(this.#clock.now);
      case 'look':
        return this.#look(this.#wallets[step.wallet]!);
      case 'calls':
        return this.#callAtOnce(step.calls);
      case 'edit':
        return this.#edit(this.#wallets[step.wallet]!, 'w.balance + $2', step.change, step.change);
      case 'raise':
        return this.#raise(latest(this.#holds, step.hold), step.credits);
      case 'allow':
        return this.#allow(this.#wallets[step.wallet]!, step.terms);
      case 'end':
        return this.#end(latest(this.#allowances, step.allowance));
      case 'set': {
        const known = this.#wallets[step.wallet]!;
        return this.#edit(known, '$2', step.balance, step.balance - known.wallet.balance);
      }
    }
  }

  async #raise(known: Known | undefined, credits: number): Promise<void> {
    if (known === undefined) return;
    const { id, wallet, made, isByPiece = false } = known;
    const hold = made as ModelHold;
    // To no more than it has, or at a price per call, the service does not ask the ledger.
    const isAsked = isByPiece && credits > hold.amount;
    const answer = await outcomeOf(() =>
      this.open.credits.raise({ holdId: id, measured: { piece: credits } }),
    );
    const expected = await outcomeOf(() =>
      isAsked ? this.#watched(wallet, () => wallet.raise(hold, credits)) : undefined,
    );
    assert.equal(answer.code, expected.code, 'the raise');
  }

  async #allow({ id: userId, wallet }: Known, terms: Terms): Promise<void> {
    const { credits, carry, months, startsInHours, lastsHours } = terms;
    const anchor = this.#clock.now + startsInHours * HOUR;
    const until = lastsHours === null ? null : anchor + lastsHours * HOUR;
    const asked = { userId, plan: 'a plan', credits, carry, months };
    const times = { anchor: new Date(anchor), until: until === null ? null : new Date(until) };
    const { id } = await this.open.credits.allow({ ...asked, ...times });
    const own = { id, ...asked, category: 'paid', timeZone: 'UTC' } as const;
    const made = this.#watched(wallet, () => wallet.allow({ ...own, anchor, until: until ?? NEVER }));
    this.#allowances.push({ id, wallet, made });
  }

  async #end(allowance: Allowed | undefined): Promise<void> {
    if (allowance === undefined) return;
    await this.open.credits.endAllowance({ id: allowance.id });
    this.#watched(allowance.wallet, () => allowance.wallet.endAllowance(allowance.made));
  }

  async #look({ id, wallet }: Known): Promise<void> {
    const answer = await this.open.credits.balance(id);
    this.#watched(wallet, () => wallet.settle());
    assertLevels(answer, wallet);
  }

  /** By hand, in the operator's own words; a wallet that is not there yet is inserted. */
  async #edit({ id, wallet }: Known, balance: string, value: number, change: number): Promise<void> {
    const { sql, schema } = this.open.placeOf(id);
    const isOpen = wallet.version > 0 || this.#allowances.some((allowed) => allowed.wallet === wallet);
    const statement = isOpen
      ? `UPDATE credits.wallets w SET balance = ${balance} WHERE user_id = $1`
      : `INSERT INTO ${schema}.wallets (user_id, balance) VALUES ($1, $2)
           ON CONFLICT (user_id) DO UPDATE SET balance = excluded.balance`;
    const answer = await outcomeOf(() => sql.query(statement, [id, value]));
    const expected = await outcomeOf(() => this.#watched(wallet, () => wallet.edit(change)));
    assert.equal(answer.code, expected.code, `the edit of ${change}`);
  }

  /** All in one turn, so that they ride one batch where they can. */
  async #callAtOnce(calls: readonly Call[]): Promise<void> {
    const known = calls.map((call) => this.#named(call));
    const ids = known.map((one) => one?.id ?? randomUUID());
    const isAlone = calls.length === 1;
    const answers = await Promise.all(
      calls.map((call, n) =>
        outcomeOf(() => onProduct(this.open.credits, this.#clock.now, call, ids[n]!, isAlone)),
      ),
    );
    // In the lane of its wallet rides what is about a hold whose owner the ledger still remembers.
    const lanes = calls.map((call, n) =>
      'hold' in call && known[n] !== undefined && !this.#forgotten.has(ids[n]!)
        ? this.#ownerOf(known[n])
        : ids[n]!,
    );
    calls.forEach(({ verb }, n) => {
      if (verb === 'capture' || verb === 'release') this.#forgotten.add(ids[n]!);
    });
    for (const n of orderOfDeparture(calls, ids, lanes)) {
      const expected = await outcomeOf(() => {
        const act = () => onModel(known[n], this.#clock.now, calls[n]!);
        return known[n] === undefined ? act() : this.#watched(known[n].wallet, act);
      });
      assert.equal(answers[n]!.code, expected.code, `the ${calls[n]!.verb}`);
      if (answers[n]!.code === 'done')
        this.#keep(known[n]!.wallet, answers[n]!.made ?? {}, expected.made, isAlone);
    }
  }

  /** Compare what both sides made, and remember what later steps may name. */
  #keep(wallet: ModelWallet, answer: Answer, made: Made, isByPiece: boolean): void {
    const { id, entryId, version, charged } = answer;
    if (version !== undefined) assertLevels(answer, wallet);
    if (id !== undefined) this.#holds.push({ id, wallet, made, isByPiece });
    if (entryId === undefined) return;
    const entry = made as ModelEntry;
    assert.equal(charged, entry.kind === 'charge' ? Math.abs(entry.amount) : 0);
    const isGift = entry.of !== undefined;
    if (isGift) this.#gifts.push({ id: entryId, wallet, made });
    else if (this.#gifts.length === 1) this.#gifts.unshift({ id: entryId, wallet, made });
    if (entry.kind === 'charge') this.#entries.push({ id: entryId, wallet, made });
    // Of the entries that cannot be refunded, one is enough.
    else if (this.#entries.length === 1) this.#entries.unshift({ id: entryId, wallet, made });
  }

  #watched<T>(wallet: ModelWallet, act: () => T): T {
    return this.#crossings.get(wallet)!.of(wallet, act);
  }

  #ownerOf({ wallet }: Known): string {
    return this.#wallets.find((one) => one.wallet === wallet)!.id;
  }

  #named(call: Call): Known | undefined {
    if ('wallet' in call) return this.#wallets[call.wallet];
    if ('hold' in call) return latest(this.#holds, call.hold);
    return 'gift' in call ? latest(this.#gifts, call.gift) : latest(this.#entries, call.entry);
  }
}

function latest<T>(list: T[], number: number): T | undefined {
  return list.at(-1 - (number % list.length));
}

/** What the caller of a service hears of what the ledger answers. */
const TOLD: Partial<Record<Refusal['outcome'], string>> = {
  insufficient: 'insufficient_credits',
  hold_resolved: 'hold_already_resolved',
  ...{ too_large: 'validation_failed', already_expired: 'validation_failed' },
  ...{ not_a_charge: 'validation_failed', not_a_grant: 'validation_failed' },
};

async function outcomeOf<T>(work: () => Promise<T> | T): Promise<{ code: string; made?: T }> {
  try {
    return { code: 'done', made: await work() };
  } catch (error) {
    if (error instanceof Refusal) return { code: TOLD[error.outcome] ?? error.outcome };
    if (error instanceof CreditsError) return { code: error.code };
    if (error instanceof DatabaseError && error.code === CHECK_VIOLATION) return { code: 'check_violation' };
    throw error;
  }
}

function assertLevels({ balance, held, version }: Partial<Receipt>, wallet: ModelWallet): void {
  const expected = { balance: wallet.balance, held: wallet.held, version: wallet.version };
  assert.deepEqual({ balance, held, version }, expected);
}
