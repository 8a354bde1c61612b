import { createStore } from './store.js';

export type ShelfName = 'documents' | 'recordings' | 'exports';

/** Goes up whenever something came onto a shelf or left it, so that the list of it asks again. */
export const libraryChanges = createStore<Readonly<Record<ShelfName, number>>>({
  documents: 0,
  recordings: 0,
  exports: 0,
});

/** This browser's other tabs hear of it, too. */
const otherTabs = new BroadcastChannel('library');

export function libraryChanged(shelf: ShelfName): void {
  changed(shelf);
  otherTabs.postMessage(shelf);
}

export function hearOtherTabs(): void {
  otherTabs.addEventListener('message', ({ data }) => changed(data as ShelfName));
}

/** Something was paid for elsewhere: on another device, or through the API. */
export function everythingChanged(): void {
  for (const shelf of ['documents', 'recordings', 'exports'] as const) changed(shelf);
}

function changed(shelf: ShelfName): void {
  const counts = libraryChanges.get();
  libraryChanges.set({ ...counts, [shelf]: counts[shelf] + 1 });
}
