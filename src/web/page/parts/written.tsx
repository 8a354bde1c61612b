import { legible, shortened } from './legible.js';

interface WrittenProps {
  /** Null: nothing was written. */
  text: string | null;
  class?: string;
}

/**
 * What somebody wrote, inside words of ours: a name, a reason, a title. It runs in its own direction and turns nothing
 * around it. Where there can be no element, as in a label, `written` does the same for a text.
 */
export function Written({ text, class: kind }: WrittenProps) {
  if (text === null || text === '') return null;
  return <bdi class={kind === undefined ? 'user-text' : `user-text ${kind}`}>{shortened(legible(text))}</bdi>;
}
