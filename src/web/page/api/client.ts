import { CreditsClient } from '../../../client/client.js';
import { hear, startFrom } from '../state/changes.js';
import { endSession, session } from '../state/session.js';

/** What the page shares with every other page that shows credits. */
export const client = new CreditsClient({
  token: () => session.get()?.token,
  onSignedOut: endSession,
  changes: { startFrom, hear },
});
