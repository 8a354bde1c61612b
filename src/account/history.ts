import { Injectable } from '@nestjs/common';
import { CreditsService, Statements, type Entry } from '../credits/index.js';
import { FIRST_COLUMNS, LATER_COLUMNS, LedgerHistory, type HistoryColumn } from '../credits-http/index.js';
import { Artefacts, type Artefact } from '../library/artefacts.js';

export interface HistoryEntry extends Entry {
  /** What the charge paid for, as long as that exists. */
  artefact: Artefact | null;
}

/** A user's ledger entries, each with a link to what it paid for. */
@Injectable()
export class History extends LedgerHistory<HistoryEntry> {
  override readonly columns: readonly HistoryColumn<HistoryEntry>[] = [
    ...FIRST_COLUMNS,
    { header: 'artefactKind', cellOf: ({ artefact }) => artefact?.kind },
    { header: 'artefactId', cellOf: ({ artefact }) => artefact?.id },
    ...LATER_COLUMNS,
  ];

  constructor(
    credits: CreditsService,
    statements: Statements,
    private readonly artefacts: Artefacts,
  ) {
    super(credits, statements);
  }

  override async more(userId: string, entries: readonly Entry[]): Promise<HistoryEntry[]> {
    const holdIds = entries.flatMap(({ holdId }) => holdId ?? []);
    const artefacts = await this.artefacts.ofHolds(userId, holdIds);
    return entries.map((entry) => ({ ...entry, artefact: artefacts.get(entry.holdId ?? '') ?? null }));
  }
}
