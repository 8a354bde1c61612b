import { createStore } from './store.js';

/**
 * Where one is in the page, and what one chose to see there: `#history?kind=charge`, `#document/<id>`,
 * `#operator/<user>/<entry>?events=failed`. The address names it, so Back, bookmarks and links that are passed on work.
 */
export interface Place {
  view: View;
  id: string | null;
  /** A line of what is shown. */
  line: string | null;
  /** By name, as the address has it; whether it means anything who shows it decides, see use-chosen.ts. */
  chosen: Chosen;
}

export type Chosen = Readonly<Record<string, string>>;

const VIEWS = ['work', 'credits', 'history', 'operator', 'document'] as const;
export type View = (typeof VIEWS)[number];

export const place = createStore<Place>(placeOf(location.hash));

export function hrefOf(view: View, ...ids: string[]): string {
  return `#${[view, ...ids.map(encodeURIComponent)].join('/')}`;
}

export function lookAtAddress(): void {
  place.set(placeOf(location.hash));
}

/**
 * Shows something else of the same place; an empty value is what is shown as a rule. Each choice is one step back, and so
 * is all that is done to one `field` in a row: a letter that is typed, or a key that goes down a list, is none.
 */
export function choose(changes: Chosen, field?: string): void {
  const { view, id, line, chosen } = place.get();
  const ids = [id, line].filter((one) => one !== null);
  const address = withChosen(hrefOf(view, ...ids), { ...chosen, ...changes });
  const isGoingOn = field !== undefined && (history.state as { field?: string } | null)?.field === field;
  history[isGoingOn ? 'replaceState' : 'pushState']({ field }, '', address);
  lookAtAddress();
}

export function withChosen(href: string, chosen: Chosen): string {
  const query = new URLSearchParams(Object.entries(chosen).filter(([, value]) => value !== '')).toString();
  return query === '' ? href : `${href}?${query}`;
}

function placeOf(hash: string): Place {
  const [path = '', query] = hash.slice(1).split('?');
  const [name = '', id = '', line = ''] = path.split('/');
  const view = VIEWS.find((known) => known === name) ?? 'work';
  const chosen = Object.fromEntries(new URLSearchParams(query));
  return { view, id: id === '' ? null : decode(id), line: line === '' ? null : decode(line), chosen };
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
