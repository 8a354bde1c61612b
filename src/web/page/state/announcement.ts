import { createStore } from './store.js';

/** The latest thing worth hearing for who cannot see it; parts/announcer.tsx says it. */
export const announcement = createStore('');

export function announce(text: string): void {
  announcement.set(text);
}
