import { newId } from '../ledger/new-id.js';
import type { Operation } from '../ledger/operation.js';
import type { ModelEntry, ModelGrant, ModelHold } from './glass.js';
import { ModelWallet } from './model.js';
import type { ModelAllowance, Monthly } from './refill.js';

interface Named {
  id: string;
  atMs: number;
}

/** What a ledger remembers of an operation beside its numbers. */
interface Facts extends Named {
  operation: Partial<Operation>;
}

export interface HoldFacts extends Facts {
  resolvedMs: number | null;
  reason: string | null;
}

export interface EntryFacts extends Facts {
  /** What came of an operation at once, such as an expiry, is of the same act. */
  act: number;
}

export interface GrantFacts extends Named {
  reason: string | null;
}

export interface AllowanceFacts extends Named {
  reason: string | null;
  actor: string | null;
}

/** The operation that used a key, and what it made. */
interface UsedKey {
  fingerprint: string | undefined;
  hold?: ModelHold;
  entry?: ModelEntry;
}

/** A wallet of the model with the ids, names and keys of its holds, entries and grants. */
export class MemoryWallet {
  readonly model: ModelWallet;
  /** When somebody was first given something. */
  openedMs: number | undefined;
  readonly keys = new Map<string, UsedKey>();
  readonly holds = new Map<ModelHold, HoldFacts>();
  readonly entries = new Map<ModelEntry, EntryFacts>();
  readonly grants = new Map<ModelGrant, GrantFacts>();
  readonly allowances = new Map<ModelAllowance, AllowanceFacts>();
  readonly allowanceKeys = new Map<string, { fingerprint: string | undefined; made: ModelAllowance }>();
  #acts = 0;

  constructor(
    readonly userId: string,
    private readonly clock: { readonly now: number },
    monthly?: Readonly<Monthly>,
  ) {
    this.model = new ModelWallet(clock, monthly);
  }

  /** Answers how to make it as it is now. */
  save(): () => void {
    const { openedMs } = this;
    const { keys, holds, entries, grants, allowances, allowanceKeys } = this;
    const restores = [
      this.model.save(),
      ...[saveMap(keys), saveMap(holds), saveMap(entries), saveMap(grants)],
      ...[saveMap(allowances), saveMap(allowanceKeys)],
    ];
    return () => {
      this.openedMs = openedMs;
      for (const restore of restores) restore();
    };
  }

  holdOf(id: string): ModelHold | undefined {
    return byId(this.holds, id);
  }

  entryOf(id: string): ModelEntry | undefined {
    return byId(this.entries, id);
  }

  /** What is due by now, before anything else. */
  settle(): void {
    this.model.settle();
    this.note({ verb: 'settle' });
  }

  /** Names what the model made: of its own accord too, such as an expiry. */
  note(operation: Partial<Operation>): void {
    this.#acts += 1;
    for (const hold of this.model.holds) this.#noteHold(hold, operation);
    for (const entry of this.model.entries) if (!this.entries.has(entry)) this.#noteEntry(entry, operation);
    for (const grant of this.model.grants) {
      const reason = grant.cause ?? operation.reason ?? null;
      if (!this.grants.has(grant)) this.grants.set(grant, { ...this.#named(), reason });
    }
    const { key, fingerprint, id, verb } = operation;
    if (key === undefined) return;
    const made = verb === 'hold' ? { hold: this.holdOf(id!) } : { entry: this.entryOf(id!) };
    this.keys.set(key, { fingerprint, ...made });
  }

  #noteHold(hold: ModelHold, operation: Partial<Operation>): void {
    const { hold_id, id, verb, actor, description, reason = null } = operation;
    const known = this.holds.get(hold);
    const open = { resolvedMs: null, reason: null };
    if (known === undefined && verb === 'raise') {
      const raised = this.holds.get(this.holdOf(hold_id!)!)!;
      this.holds.set(hold, { ...raised, id: id!, resolvedMs: this.clock.now, reason: 'raised' });
    } else if (known === undefined) {
      this.holds.set(hold, { ...this.#named(id), ...open, operation });
    } else if (known.resolvedMs === null && hold.state !== 'held') {
      known.resolvedMs = this.clock.now;
      known.reason = { held: null, captured: null, released: reason, expired: 'not kept alive' }[hold.state];
      if (known.id !== hold_id) return;
      const told = { ...(actor && { actor }), ...(description && { description }) };
      known.operation = { ...known.operation, ...told };
    }
  }

  #noteEntry(entry: ModelEntry, operation: Partial<Operation>): void {
    const act = this.#acts;
    if (entry.cause !== undefined) {
      const own = { reason: entry.cause, actor: 'ledger' };
      this.entries.set(entry, { ...this.#named(), act, operation: own });
    } else if (operation.verb === 'capture') {
      // A captured hold lives on as its charge, under the same id.
      const held = this.holds.get(this.holdOf(operation.hold_id!)!)!;
      const charge = { ...held.operation, verb: operation.verb, hold_id: held.id, key: undefined };
      this.entries.set(entry, { ...this.#named(held.id), act, operation: charge });
    } else {
      const refunded = operation.verb === 'refund' ? this.entryOf(operation.entry_id!) : undefined;
      const action = operation.action ?? (refunded && this.entries.get(refunded)!.operation.action);
      this.entries.set(entry, { ...this.#named(operation.id), act, operation: { ...operation, action } });
    }
  }

  #named(id: string = newId(this.userId)): Named {
    return { id, atMs: this.clock.now };
  }

  /** What a retry with a used key is told, as a row of the ledger; undefined: the key is free. */
  firstOf(key: string): { fingerprint: string | undefined; row: Record<string, unknown> } | undefined {
    const used = this.keys.get(key);
    if (used === undefined) return undefined;
    const { fingerprint, hold, entry } = used;
    if (entry !== undefined) return { fingerprint, row: this.entryRow(entry) };
    const isKept = hold!.state === 'held' || hold!.state === 'captured';
    return isKept ? { fingerprint, row: this.holdRow(hold!) } : undefined;
  }

  /** Whether a key made an entry: a hold's has when it is captured. */
  isKeyUsed(key: string): boolean {
    const used = this.keys.get(key);
    return used !== undefined && (used.entry !== undefined || used.hold?.state === 'captured');
  }

  /** The entry, and the wallet as its act left it. */
  entryRow(entry: ModelEntry): Record<string, unknown> {
    const { id, act, operation } = this.entries.get(entry)!;
    const { kind, amount, owedAfter } = entry;
    const latest = this.model.entries.findLast((one) => this.entries.get(one)!.act === act)!;
    const { balanceAfter: balance_after, heldAfter: held_after, version } = latest;
    const hold_id = operation.verb === 'capture' ? operation.hold_id : null;
    return { id, hold_id, kind, amount, balance_after, held_after, version, owed_after: owedAfter };
  }

  holdRow(hold: ModelHold): Record<string, unknown> {
    const { amount, state, expiresAt } = hold;
    const { id, atMs, operation } = this.holds.get(hold)!;
    const { action, price_version, actor = null, description = null } = operation;
    const times = { expires_at: toTime(expiresAt), created_at: toTime(atMs) };
    return { id, action, amount, state, ...times, price_version, actor, description };
  }
}

function byId<T>(named: Map<T, { id: string }>, id: string): T | undefined {
  for (const [thing, facts] of named) if (facts.id === id) return thing;
  return undefined;
}

function saveMap<K, V extends object>(map: Map<K, V>): () => void {
  const saved = [...map].map(([key, value]): [K, V] => [key, { ...value }]);
  return () => {
    map.clear();
    for (const [key, value] of saved) map.set(key, value);
  };
}

export function toTime(ms: number): string {
  return new Date(ms).toISOString();
}
