import { createStore } from './store.js';

/** The latest message for people who cannot see the page; parts/announcer.tsx says it. */
export const announcement = createStore('');

/** Two hundred files must not be two hundred sentences. */
const QUIET_MS = 2_500;

let unsaid: string[] = [];
let lastAt = -Infinity;
let timer: ReturnType<typeof setTimeout> | undefined;

export function announce(text: string): void {
  unsaid.push(text);
  clearTimeout(timer);
  timer = setTimeout(say, Math.max(0, lastAt + QUIET_MS - performance.now()));
}

/** Says no more of what happened so far. */
export function silence(): void {
  clearTimeout(timer);
  unsaid = [];
  announcement.set('');
}

function say(): void {
  const last = unsaid.at(-1)!;
  announcement.set(
    unsaid.length > 2 ? `${last}, and ${unsaid.length - 1} more things happened.` : unsaid.join(' '),
  );
  unsaid = [];
  lastAt = performance.now();
}
