import type { List } from '../api/use-list.js';
import { ActionButton } from './action-button.js';
import { number } from './words.js';

/** To the rest of a list, where there is more of it. A sheet of paper has no button, and says that it ends before the list does. */
export function MoreButton({ list, of }: { list: List<unknown>; of: string }) {
  if (list.data === null || list.isWhole) return null;
  return (
    <>
      <p class="on-paper">The first {number(list.data.length)}; there are more than are on this sheet.</p>
      <ActionButton
        class="quiet"
        action={list.reading}
        busy="Reading on…"
        aria-label={`Show more ${of}`}
        onClick={list.readMore}
      >
        Show more
      </ActionButton>
    </>
  );
}
