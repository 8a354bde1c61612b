import { createStore } from './store.js';

/** Where one is in the page: `#history`, `#document/<id>`, `#operator/<user>/<entry>`. The address names it, so Back and bookmarks work. */
export interface Place {
  view: View;
  id: string | null;
  /** A line of what is shown. */
  line: string | null;
}

const VIEWS = ['work', 'credits', 'history', 'operator', 'document'] as const;
export type View = (typeof VIEWS)[number];

export const place = createStore<Place>(placeOf(location.hash));

export function hrefOf(view: View, ...ids: string[]): string {
  return `#${[view, ...ids.map(encodeURIComponent)].join('/')}`;
}

export function lookAtAddress(): void {
  place.set(placeOf(location.hash));
}

function placeOf(hash: string): Place {
  const [name = '', id = '', line = ''] = hash.slice(1).split('/');
  const view = VIEWS.find((known) => known === name) ?? 'work';
  return { view, id: id === '' ? null : decode(id), line: line === '' ? null : decode(line) };
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
