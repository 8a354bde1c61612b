import type { List } from '../api/use-list.js';
import { ActionButton } from './action-button.js';

/** To the rest of a list, where there is more of it. */
export function MoreButton({ list, of }: { list: List<unknown>; of: string }) {
  if (list.data === null || list.isWhole) return null;
  return (
    <ActionButton
      class="quiet"
      action={list.reading}
      busy="Reading on…"
      aria-label={`Show more ${of}`}
      onClick={list.readMore}
    >
      Show more
    </ActionButton>
  );
}
