import { createStore } from './store.js';

/** Goes up whenever a document, a recording or an export came or went, so that lists of them ask again. */
export const libraryChanges = createStore(0);

export function libraryChanged(): void {
  libraryChanges.set(libraryChanges.get() + 1);
}
