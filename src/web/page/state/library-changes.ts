import { missed, onChanges } from './changes.js';
import { createStore } from './store.js';

export type ShelfName = 'documents' | 'recordings' | 'exports';

/** Goes up whenever something came onto a shelf or left it, so that the list of it asks again. */
export const libraryChanges = createStore<Readonly<Record<ShelfName, number>>>({
  documents: 0,
  recordings: 0,
  exports: 0,
});

/** This browser's other tabs hear of it, too: what is free or deleted is no change of a wallet. */
const otherTabs = new BroadcastChannel('library');

/** An arrival is told by the answer, by the stream and by another tab, and asked for once. */
const arrived = new Set<string>();
const MOST_REMEMBERED = 500;

interface Change {
  shelf: ShelfName;
  /** What came; null where something left. */
  arrival: string | null;
}

export function libraryChanged(change: Change): void {
  changed(change);
  otherTabs.postMessage(change);
}

export function hearOthers(): void {
  otherTabs.addEventListener('message', ({ data }) => changed(data as Change));
  onChanges(({ entries }) => {
    for (const { artefact } of entries) {
      if (artefact != null) changed({ shelf: `${artefact.kind}s`, arrival: artefact.id });
    }
  });
  missed.watch((times) => {
    // The first line has missed nothing: the shelves are being read.
    if (times === 1) return;
    for (const shelf of ['documents', 'recordings', 'exports'] as const) changed({ shelf, arrival: null });
  });
}

function changed({ shelf, arrival }: Change): void {
  if (arrival !== null && arrived.has(arrival)) return;
  if (arrival !== null) remember(arrival);
  const counts = libraryChanges.get();
  libraryChanges.set({ ...counts, [shelf]: counts[shelf] + 1 });
}

function remember(arrival: string): void {
  arrived.add(arrival);
  if (arrived.size > MOST_REMEMBERED) arrived.delete(arrived.values().next().value!);
}
