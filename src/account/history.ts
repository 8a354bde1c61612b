import { Injectable } from '@nestjs/common';
import { CreditsService, type Entry, type HistoryFilter, type Page } from '../credits/index.js';
import {
  FIRST_COLUMNS,
  LATER_COLUMNS,
  type HistoryColumn,
  type HistoryReader,
} from '../credits-http/index.js';
import { Artefacts, type Artefact } from '../library/artefacts.js';

export interface HistoryEntry extends Entry {
  /** What the charge paid for, while it exists. */
  artefact: Artefact | null;
}

/** The ledger entries of a user, and where what they paid for is. */
@Injectable()
export class History implements HistoryReader<HistoryEntry> {
  readonly columns: readonly HistoryColumn<HistoryEntry>[] = [
    ...FIRST_COLUMNS,
    { header: 'artefactKind', cellOf: ({ artefact }) => artefact?.kind },
    { header: 'artefactId', cellOf: ({ artefact }) => artefact?.id },
    ...LATER_COLUMNS,
  ];

  constructor(
    private readonly credits: CreditsService,
    private readonly artefacts: Artefacts,
  ) {}

  /** @throws InvalidCreditsInputError, CreditsUnavailableError */
  async page(userId: string, filter: HistoryFilter): Promise<Page<HistoryEntry>> {
    const { data, nextCursor } = await this.credits.history(userId, filter);
    const holdIds = data.flatMap(({ holdId }) => holdId ?? []);
    const artefacts = await this.artefacts.ofHolds(userId, holdIds);
    const withArtefact = (entry: Entry): HistoryEntry => ({
      ...entry,
      artefact: artefacts.get(entry.holdId ?? '') ?? null,
    });
    return { data: data.map(withArtefact), nextCursor };
  }
}
