import { createStore } from '../state/store.js';
import { leastOf, prices } from '../state/prices.js';
import { FILE_KINDS, kindOf, type FileKind } from './file-kind.js';
import { addFiles } from './jobs.js';

/** So many are no slip of the finger; more are asked about first, in one sum. */
const MOST_UNASKED = 10;

/** Files that somebody brought and has not agreed to yet. */
export interface Offer {
  files: readonly File[];
  chosenAs: FileKind | null;
}

export const offered = createStore<Offer | null>(null);

export function bring(files: readonly File[], chosenAs: FileKind | null): void {
  if (files.length > MOST_UNASKED) offered.set({ files, chosenAs });
  else addFiles(files, chosenAs);
}

export function accept(files: readonly File[], { chosenAs }: Offer): void {
  offered.set(null);
  addFiles(files, chosenAs);
}

/**
 * What each file would cost, in order, or costs at least where its price is by what is measured; null while prices are
 * not known. What nobody reads here costs nothing.
 */
export function costsOf({ files, chosenAs }: Offer, list = prices.get()): number[] | null {
  if (list === null) return null;
  return files.map((file) => {
    const kind = kindOf(file, chosenAs);
    return kind === null ? 0 : leastOf(list.get(FILE_KINDS[kind].action) ?? 0);
  });
}

/** Some of it is priced by what is measured, so what all cost together is known when they are done. */
export function isMeasured({ files, chosenAs }: Offer, list = prices.get()): boolean {
  return files.some((file) => {
    const kind = kindOf(file, chosenAs);
    return kind !== null && typeof list?.get(FILE_KINDS[kind].action) === 'object';
  });
}

/** As many from the front as these credits pay for. */
export function thatFit(files: readonly File[], costs: readonly number[], available: number): File[] {
  let left = available;
  const isPaid = (_file: File, index: number) => (left -= costs[index]!) >= 0;
  const end = files.findIndex((file, index) => !isPaid(file, index));
  return end < 0 ? [...files] : files.slice(0, end);
}
