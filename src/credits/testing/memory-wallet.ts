import { newId } from '../ledger/new-id.js';
import type { Operation } from '../ledger/operation.js';
import { ModelWallet, type ModelEntry, type ModelHold } from './model.js';

/** What a ledger remembers of an operation beside its numbers. */
export interface Facts {
  id: string;
  atMs: number;
  heldAfter: number;
  operation: Partial<Operation>;
}

/** The operation that used a key, and the hold or entry it made: its place in the wallet's list. */
interface UsedKey {
  fingerprint: string | undefined;
  hold?: number;
  entry?: number;
}

/** A wallet of the model with the ids, names and keys of its holds and entries. Places, because a rollback makes new objects. */
export class MemoryWallet {
  readonly model: ModelWallet;
  readonly keys = new Map<string, UsedKey>();
  readonly holdFacts: Facts[] = [];
  readonly entryFacts: Facts[] = [];

  constructor(
    readonly userId: string,
    private readonly clock: { readonly now: number },
  ) {
    this.model = new ModelWallet(clock);
  }

  /** Answers how to make it as it is now. */
  save(): () => void {
    const restore = this.model.save();
    const keys = new Map(this.keys);
    const [holds, entries] = [this.holdFacts.length, this.entryFacts.length];
    return () => {
      restore();
      this.keys.clear();
      for (const [key, used] of keys) this.keys.set(key, used);
      this.holdFacts.length = holds;
      this.entryFacts.length = entries;
    };
  }

  holdOf(id: string): ModelHold | undefined {
    return this.model.holds[this.holdFacts.findIndex((facts) => facts.id === id)];
  }

  entryOf(id: string): ModelEntry | undefined {
    return this.model.entries[this.entryFacts.findIndex((facts) => facts.id === id)];
  }

  holdFactsOf(id: string): Facts {
    return this.holdFacts.find((facts) => facts.id === id)!;
  }

  /** Names what the model made: entries of its own accord too, such as an expiry before the operation. */
  note(operation: Operation): void {
    const { holds, entries } = this.model;
    while (this.holdFacts.length < holds.length) this.holdFacts.push(this.#facts(operation));
    while (this.entryFacts.length < entries.length) {
      const { kind } = entries[this.entryFacts.length]!;
      this.entryFacts.push(this.#facts(kind === 'expiry' ? { reason: 'expired' } : operation));
    }
    if (operation.key === undefined) return;
    const place =
      operation.verb === 'hold' ? { hold: holds.length - 1 } : { entry: this.#latestOf(operation) };
    this.keys.set(operation.key, { fingerprint: operation.fingerprint, ...place });
  }

  #latestOf({ id }: Operation): number {
    return this.entryFacts.findIndex((facts) => facts.id === id);
  }

  /** A captured hold lives on as its charge, under the same id. */
  #facts(operation: Partial<Operation>): Facts {
    const { hold_id, verb, id, entry_id } = operation;
    const reversed = this.entryFacts.find((facts) => facts.id === entry_id)?.operation;
    const held = verb === 'capture' ? this.holdFactsOf(hold_id!) : undefined;
    return {
      id: held?.id ?? id ?? newId(this.userId),
      atMs: this.clock.now,
      heldAfter: this.model.held,
      operation:
        held === undefined
          ? { ...operation, action: operation.action ?? reversed?.action }
          : { ...held.operation, hold_id, verb },
    };
  }

  /** What a retry with a used key is told, as a row of the ledger; undefined: the key is free. */
  firstOf(key: string): { fingerprint: string | undefined; row: Record<string, unknown> } | undefined {
    const used = this.keys.get(key);
    if (used === undefined) return undefined;
    const { fingerprint, hold, entry } = used;
    if (hold === undefined) return { fingerprint, row: this.entryRow(entry!) };
    const { state } = this.model.holds[hold]!;
    return state === 'held' || state === 'captured' ? { fingerprint, row: this.#holdRow(hold) } : undefined;
  }

  entryRow(place: number): Record<string, unknown> {
    const { kind, amount, balanceAfter, version } = this.model.entries[place]!;
    const { id, heldAfter, operation } = this.entryFacts[place]!;
    const hold_id = operation.verb === 'capture' ? operation.hold_id : null;
    return { id, hold_id, kind, amount, balance_after: balanceAfter, held_after: heldAfter, version };
  }

  #holdRow(place: number): Record<string, unknown> {
    const { amount, state, expiresAt } = this.model.holds[place]!;
    const { id, atMs, operation } = this.holdFacts[place]!;
    const { action, price_version, actor = null, description = null } = operation;
    const times = { expires_at: toTime(expiresAt), created_at: toTime(atMs) };
    return { id, action, amount, state, ...times, price_version, actor, description };
  }
}

export function toTime(ms: number): string {
  return new Date(ms).toISOString();
}
