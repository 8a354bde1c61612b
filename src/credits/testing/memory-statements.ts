import { UnknownHoldError } from '../credits.errors.js';
import type { CreditsService } from '../credits.service.js';
import type { Page } from '../credits.types.js';
import type { Groups } from '../groups.js';
import { requireInput } from '../input.js';
import { checkedHoldsFilter, type HoldsFilter } from '../reads/holds.js';
import type { GrantStatement, HoldWithActor } from '../reads/statement-rows.js';
import { Statements, type Usage } from '../reads/statements.js';
import { NEVER, type ModelHold } from './glass.js';
import type { MemoryLedger } from './memory-ledger.js';
import { toTime, type MemoryWallet } from './memory-wallet.js';

/** What of a wallet is listed, out of the memory. */
export class MemoryStatements extends Statements {
  constructor(
    private readonly service: CreditsService,
    private readonly memory: MemoryLedger,
  ) {
    super(service, undefined as unknown as Groups);
  }

  override async holdsPage(userId: string, filter: HoldsFilter = {}): Promise<Page<HoldWithActor>> {
    const { states, limit, before } = checkedHoldsFilter(filter);
    const wallet = await this.#settled(userId);
    const placed = wallet.model.holds
      .filter(({ state }) => states.includes(state))
      .map((hold) => ({ hold, place: placeOf(wallet, hold) }))
      .filter(({ place }) => place < before)
      .sort((a, b) => b.place - a.place);
    const page = placed.slice(0, limit);
    const nextCursor = placed.length > limit ? `v${page.at(-1)!.place}` : null;
    return { data: page.map(({ hold }) => shown(wallet, hold)), nextCursor };
  }

  override async hold(userId: string, holdId: string): Promise<HoldWithActor> {
    requireInput({ holdId }, { holdId: 'id' });
    const wallet = await this.#settled(userId);
    const hold = wallet.holdOf(holdId);
    if (hold === undefined) throw new UnknownHoldError(holdId);
    return shown(wallet, hold);
  }

  override async grants(userId: string): Promise<GrantStatement[]> {
    const wallet = await this.#settled(userId);
    const left = wallet.model.burnOrder().filter(({ remaining }) => remaining > 0);
    return left.map((grant): GrantStatement => {
      const { id, atMs, reason } = wallet.grants.get(grant)!;
      const { amount, remaining, category, priority } = grant;
      const expiresAt = grant.expiresAt === NEVER ? null : toTime(grant.expiresAt);
      return { id, amount, remaining, category, priority, reason, expiresAt, createdAt: toTime(atMs) };
    });
  }

  override async usage(
    userId: string,
    { from, to, groupBy = 'day' }: { from?: string; to?: string; groupBy?: 'day' | 'action' },
  ): Promise<Usage[]> {
    const sums = new Map<string, Usage>();
    const wallet = this.memory.walletOf(userId);
    for (const [{ kind, amount }, { atMs, operation }] of wallet.entries) {
      const isIn =
        (from === undefined || atMs >= Date.parse(from)) && (to === undefined || atMs < Date.parse(to));
      if (kind !== 'charge' || !isIn) continue;
      const key = groupBy === 'day' ? toTime(atMs).slice(0, 10) : operation.action!;
      const { credits, count } = sums.get(key) ?? { credits: 0, count: 0 };
      sums.set(key, { key, credits: credits - amount, count: count + 1 });
    }
    return [...sums.values()].sort((a, b) => (a.key < b.key ? -1 : 1));
  }

  async #settled(userId: string): Promise<MemoryWallet> {
    await this.service.balance(userId);
    return this.memory.walletOf(userId);
  }
}

/** The version that set it aside; of a captured one that of its charge. */
function placeOf(wallet: MemoryWallet, hold: ModelHold): number {
  return hold.state === 'captured' ? wallet.entryOf(wallet.holds.get(hold)!.id)!.version : hold.version;
}

function shown(wallet: MemoryWallet, hold: ModelHold): HoldWithActor {
  const { id, atMs, resolvedMs, reason, operation } = wallet.holds.get(hold)!;
  const { amount, state, expiresAt } = hold;
  const { description = null, actor = null } = operation;
  const times = { expiresAt: toTime(expiresAt), createdAt: toTime(atMs) };
  const resolvedAt = resolvedMs === null ? null : toTime(resolvedMs);
  const charged = {
    held: null,
    released: 0,
    expired: 0,
    captured: Math.abs(wallet.entryOf(id)?.amount ?? 0),
  }[state];
  return {
    id,
    action: operation.action!,
    amount,
    state,
    ...times,
    resolvedAt,
    reason,
    description,
    actor,
    charged,
  };
}
