import { Injectable } from '@nestjs/common';
import {
  CreditsService,
  Statements,
  UnknownEntryError,
  type Entry,
  type Explanation,
  type GrantStatement,
  type HistoryFilter,
  type HoldStatement,
  type Page,
} from '../credits/index.js';
import { Artefacts, type Artefact } from '../library/artefacts.js';

export interface HistoryEntry extends Entry {
  /** What the charge paid for, while it exists. */
  artefact: Artefact | null;
}

/** All that its owner may know about a line. */
export interface ExplainedEntry extends Omit<Explanation, 'entry' | 'hold'> {
  entry: HistoryEntry;
  hold: HoldStatement | null;
}

/** Who had work begun is an operator's to know. */
export function withoutActor<T extends HoldStatement>({
  actor: _,
  ...hold
}: T & { actor: unknown }): HoldStatement {
  return hold;
}

/** The rows of a user's lists that changed after one version of the wallet and up to another. */
export interface Changes {
  from: number;
  to: number;
  entries: HistoryEntry[];
  holds: HoldStatement[];
  grants: GrantStatement[];
}

/** The ledger entries of a user, and where what they paid for is. */
@Injectable()
export class History {
  constructor(
    private readonly credits: CreditsService,
    private readonly artefacts: Artefacts,
    private readonly statements: Statements,
  ) {}

  /** @throws InvalidCreditsInputError, CreditsUnavailableError */
  async page(userId: string, filter: HistoryFilter): Promise<Page<HistoryEntry>> {
    const { data, nextCursor } = await this.credits.history(userId, filter);
    return { data: await this.#withArtefacts(userId, data), nextCursor };
  }

  /** One line, to its owner. @throws UnknownEntryError, CreditsUnavailableError */
  async explain(userId: string, entryId: string): Promise<ExplainedEntry> {
    const { userId: owner, entry, hold, drawnFrom, grant } = await this.statements.explain(entryId);
    if (owner !== userId) throw new UnknownEntryError(entryId);
    const [whole] = await this.#withArtefacts(userId, [entry]);
    return { entry: whole!, hold: hold && withoutActor(hold), drawnFrom, grant };
  }

  /** What is too much to tell has a `from` that is no earlier than its `to`, and no rows. @throws CreditsUnavailableError */
  async changes(userId: string, from: number, to: number): Promise<Changes> {
    const changed = await this.statements.changedSince(userId, from);
    if (changed === undefined) return { from: to, to, entries: [], holds: [], grants: [] };
    const entries = await this.#withArtefacts(userId, changed.entries);
    return { from, to, entries, holds: changed.holds.map(withoutActor), grants: changed.grants };
  }

  async #withArtefacts(userId: string, entries: readonly Entry[]): Promise<HistoryEntry[]> {
    const holdIds = entries.flatMap(({ holdId }) => holdId ?? []);
    const artefacts = await this.artefacts.ofHolds(userId, holdIds);
    return entries.map((entry) => ({ ...entry, artefact: artefacts.get(entry.holdId ?? '') ?? null }));
  }
}
