import type { Entry, GrantState } from '../credits.types.js';
import type { checkedFilter } from '../reads/history.js';
import { isOf, NEVER, type ModelEntry } from './glass.js';
import { toTime, type MemoryWallet } from './memory-wallet.js';
import { isGrant } from './model.js';

/** What a wallet's entries are shown as, newest first, and where they go on. */
export function historyOf(wallet: MemoryWallet, filter: ReturnType<typeof checkedFilter>) {
  const { limit, before, kind, action, from, to } = filter;
  const fits = (entry: Entry) =>
    entry.version < before &&
    (kind === undefined || entry.kind === kind) &&
    (action === undefined || entry.action === action) &&
    (from === undefined || Date.parse(entry.createdAt) >= Date.parse(from)) &&
    (to === undefined || Date.parse(entry.createdAt) < Date.parse(to));
  const entries = wallet.model.entries
    .toReversed()
    .map((entry) => shownEntry(wallet, entry))
    .filter(fits);
  const data = entries.slice(0, limit);
  return { data, nextCursor: entries.length > limit ? `v${data.at(-1)!.version}` : null };
}

export function shownEntry(wallet: MemoryWallet, entry: ModelEntry): Entry {
  const { version, kind, amount, balanceAfter, owedAfter, refunded, takenBack } = entry;
  const { id, atMs, operation } = wallet.entries.get(entry)!;
  const { action = null, reason = null, actor = null, description = null, entry_id = null } = operation;
  const reversals = [...wallet.entries.values()].filter((other) => other.operation.entry_id === id);
  return {
    ...{ id, version, kind, amount, balanceAfter, owedAfter, action, reason, actor, description },
    holdId: operation.verb === 'capture' ? operation.hold_id! : null,
    reverses: entry_id,
    priceVersion: operation.price_version ?? null,
    createdAt: toTime(atMs),
    refunded: kind === 'charge' ? refunded : null,
    takenBack: isGrant(entry) ? takenBack : null,
    reversedBy: reversals.map((other) => other.id),
  };
}

/** What became of a grant; undefined for an entry that gave none. */
export function grantStateOf(
  { userId, model }: Pick<MemoryWallet, 'userId' | 'model'>,
  entry: ModelEntry,
): Omit<GrantState, 'entryId'> | undefined {
  const { kind, of, amount: granted, takenBack } = entry;
  if (of === undefined || kind === 'expiry') return undefined;
  const sum = (amounts: number[]) => amounts.reduce((total, amount) => total + amount, 0);
  const atMost = granted - takenBack;
  const free = sum(model.freeParts().map((part) => (isOf(part.of, of) ? part.amount : 0)));
  const left = Math.min(atMost, free);
  const there = sum(model.grants.map((grant) => (isOf(grant, of) ? grant.remaining : 0)));
  const remaining = Math.min(atMost, there);
  const lapses = model.entries.filter((one) => one.kind === 'expiry' && isOf(one.of!, of));
  const lapsed = 0 - sum(lapses.map(({ amount }) => amount));
  const spent = Math.max(0, granted - remaining - lapsed - takenBack);
  return { userId, granted, left, held: remaining - left, lapsed, takenBack, spent };
}

/** When anything of a wallet is due. */
export function dueAtOf({ model }: MemoryWallet): string | null {
  const { grants, holds, allowances } = model;
  return earliest([
    ...grants.map(({ remaining, expiresAt }) => (remaining > 0 ? expiresAt : NEVER)),
    ...holds.map(({ state, expiresAt }) => (state === 'held' ? expiresAt : NEVER)),
    ...allowances.map(({ nextAt }) => nextAt),
  ]);
}

/** When credits that are there expire next. */
export function nextExpiryOf({ model }: MemoryWallet): string | null {
  const coming = model.grants.filter(
    ({ remaining, expiresAt }) => remaining > 0 && expiresAt > model.clock.now,
  );
  return earliest(coming.map(({ expiresAt }) => expiresAt));
}

function earliest(times: number[]): string | null {
  const first = Math.min(NEVER, ...times);
  return first === NEVER ? null : toTime(first);
}
