import type { Entry, EntryKind } from '../api/types.js';
import { actionName, number, sentence } from '../parts/words.js';
import { MOST_SHOWN, written } from '../parts/legible.js';

const KIND_NAMES: Partial<Record<EntryKind, string>> = { clawback: 'Taken back', restore: 'Given again' };

export function kindName(kind: EntryKind): string {
  return KIND_NAMES[kind] ?? sentence(kind);
}

/** What kind of change it was. */
export function whatOf({ kind, action }: Entry): string {
  return action === null ? kindName(kind) : `${kindName(kind)} · ${actionName(action)}`;
}

/** Why, and for an operator who did it. An owner is told no more than that somebody on duty did. */
export function whyOf({ reason, actor, refunded, kind, owedAfter }: Entry, withActor = false): string {
  const parts = [
    reason === kind || reason === null ? null : written(reason, MOST_SHOWN),
    withActor
      ? actor !== null && actor !== reason && `by ${written(actor)}`
      : actor === 'operator' && 'by an operator',
    refunded !== null && refunded > 0 && `${number(refunded)} refunded`,
    owedAfter !== null && owedAfter > 0 && `${number(owedAfter)} owed since`,
  ];
  return parts.filter(Boolean).join(' · ');
}
