import { announcement } from '../state/announcement.js';
import { useStore } from '../state/store.js';

/** Says what happened to those who listen to the page. */
export function Announcer() {
  return (
    <p class="unseen" role="status" aria-live="polite">
      {useStore(announcement)}
    </p>
  );
}
