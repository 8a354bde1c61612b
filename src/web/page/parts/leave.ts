import { signOut, type Session } from '../state/session.js';
import { forgetAllOf } from '../work/kept-jobs.js';

/** Signs out, and leaves nothing of the user's in the browser. */
export function leave({ userId }: Session): void {
  void forgetAllOf(userId).catch(() => undefined);
  signOut();
}
