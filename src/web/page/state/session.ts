import { askTheTime, serverNow } from './clock.js';
import { createStore } from './store.js';
import { written } from '../parts/legible.js';

/** Who is signed in, as the token says; only the server knows whether it is true. */
export interface Session {
  token: string;
  userId: string;
  isAdmin: boolean;
  /** Milliseconds since 1970. */
  expiresAt: number;
}

const KEY = 'token';
const otherTabs = new BroadcastChannel('session');

/** A tab keeps its own session; a new one begins with that of the tab before it. */
export const session = createStore<Session | null>(null);

/** Who was signed in before the page was loaded, if they still are. */
export async function restoreSession(): Promise<void> {
  const kept = [sessionStorage.getItem(KEY), localStorage.getItem(KEY)];
  for (const token of kept) if (looksEnded(token)) await askTheTime();
  session.set(sessionOf(kept[0]!) ?? sessionOf(kept[1]!));
}

/** Why nobody is signed in any more, for the sign-in box to say. */
export const farewell = createStore<string | null>(null);

/**
 * Signs in with a token that somebody brought. Whoever is signed in is asked first: a link must not put another
 * person's account under their hands.
 */
export function offer(token: string): 'signed in' | 'declined' | 'no token' {
  const offered = sessionOf(token);
  if (offered === null) return 'no token';
  const known = session.get() ?? sessionOf(localStorage.getItem(KEY));
  if (
    known !== null &&
    known.userId !== offered.userId &&
    !confirm(`You are signed in as ${written(known.userId)}. Sign in as ${written(offered.userId)} instead?`)
  ) {
    return 'declined';
  }
  sessionStorage.setItem(KEY, offered.token);
  localStorage.setItem(KEY, offered.token);
  farewell.set(null);
  session.set(offered);
  return 'signed in';
}

/** Signing out ends the session in every tab that has it, and no other one. */
export function signOutWithOtherTabs(): void {
  otherTabs.addEventListener('message', ({ data }) => {
    if (session.get()?.token === data) end('You signed out in another tab.');
  });
}

/** Takes the token out of the address, where it would be seen, kept in the history and sent on. */
export async function takeTokenFromAddress(): Promise<void> {
  const token = new URLSearchParams(location.hash.slice(1)).get('token');
  if (token === null) return;
  history.replaceState(null, '', `${location.pathname}${location.search}`);
  if (looksEnded(token)) await askTheTime();
  if (offer(token) === 'no token') farewell.set('The address had no good token in it.');
}

export function signOut(): void {
  otherTabs.postMessage(session.get()?.token);
  end(null);
}

function end(reason: string | null): void {
  sessionStorage.removeItem(KEY);
  // Another tab may have signed in since, and keeps what it has.
  if (localStorage.getItem(KEY) === session.get()?.token) localStorage.removeItem(KEY);
  farewell.set(reason);
  session.set(null);
}

/**
 * An answer to a token that was replaced meanwhile says nothing about the new one. A tab that slept for longer than its
 * token is good goes on with the one that another tab of the same user has.
 */
export function endSession(token: string | undefined): void {
  const ended = session.get();
  if (token === undefined || ended?.token !== token) return;
  const other = sessionOf(localStorage.getItem(KEY));
  if (other !== null && other.token !== token && other.userId === ended.userId) {
    sessionStorage.setItem(KEY, other.token);
    session.set(other);
  } else {
    end('Your session has ended. Sign in again; nothing you had begun is lost.');
  }
}

/** By a clock that may be wrong: before that is believed, the server is asked for the time. */
function looksEnded(token: string | null): boolean {
  const claimed = claimedBy(token);
  return claimed !== null && claimed.expiresAt <= serverNow();
}

function sessionOf(token: string | null): Session | null {
  return looksEnded(token) ? null : claimedBy(token);
}

function claimedBy(token: string | null): Session | null {
  try {
    const payload = token!.trim().split('.')[1]!.replace(/-/g, '+').replace(/_/g, '/');
    const bytes = Uint8Array.from(atob(payload), (character) => character.charCodeAt(0));
    const claims = JSON.parse(new TextDecoder().decode(bytes)) as Claims;
    const expiresAt = claims.exp * 1000;
    if (typeof claims.sub !== 'string' || !Number.isFinite(expiresAt)) return null;
    const isAdmin = claims.app_metadata?.role === 'admin';
    return { token: token!.trim(), userId: claims.sub, isAdmin, expiresAt };
  } catch {
    return null;
  }
}

interface Claims {
  sub: unknown;
  exp: number;
  app_metadata?: { role?: unknown };
}
