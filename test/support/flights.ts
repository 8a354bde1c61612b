import { Gatherer, type GathererLimits } from '../../src/credits/ledger/gatherer.js';
import type { Operation, Outcome, OutcomeCode } from '../../src/credits/ledger/operation.js';

/** One statement on its way to a database that answers when and what the test says. */
export interface FakeFlight {
  operations: Operation[];
  wait: boolean;
  /** Every operation is done, but for those of which `except` says something else. */
  land(except?: (operation: Operation) => OutcomeCode | undefined): Promise<void>;
  crash(error: Error): Promise<void>;
}

/** A gatherer without a database, and its flights in the order of their departure. */
export function fakeFlights(limits: Partial<GathererLimits> = {}): {
  gatherer: Gatherer;
  flights: FakeFlight[];
} {
  const flights: FakeFlight[] = [];
  const fly = (operations: Operation[], wait: boolean) =>
    new Promise<Outcome[]>((resolve, reject) => {
      flights.push({
        operations,
        wait,
        land(except) {
          resolve(operations.map((operation) => outcomeOf(operation, except?.(operation) ?? 'done')));
          return turnOver();
        },
        crash(error) {
          reject(error);
          return turnOver();
        },
      });
    });
  return { gatherer: new Gatherer(fly, limits), flights };
}

/** Every promise that can go on has done so, and what waited for the end of the turn has left; no timer has run. */
export async function turnOver(): Promise<void> {
  for (let turn = 0; turn < 2; turn += 1) await new Promise((resolve) => setImmediate(resolve));
}

let operations = 0;

export function charge(user_id: string, key?: string): Operation {
  operations += 1;
  return { verb: 'charge', id: `${user_id}${operations}`, user_id, credits: 1, key };
}

export function sqlError(code: string): Error {
  return Object.assign(new Error(`the server says ${code}`), { code, severity: 'ERROR' });
}

function outcomeOf({ id, user_id = '', credits = 0 }: Operation, code: OutcomeCode): Outcome {
  const amounts = { amount: credits, balance: 0, held: 0, owed: 0, version: 1, decidedAtMs: 0 };
  return { code, id: id ?? null, userId: user_id, ...amounts, detail: null };
}

export function idsOf(items: readonly { id?: string | null }[]): unknown[] {
  return items.map(({ id }) => id);
}

/** Land whatever departs until nothing is left, answering as the test says. */
export async function landAll(
  flights: FakeFlight[],
  answer?: Parameters<FakeFlight['land']>[0],
): Promise<void> {
  for (let next = flights.shift(); next !== undefined; next = flights.shift()) await next.land(answer);
}
