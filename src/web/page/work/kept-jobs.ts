import { session } from '../state/session.js';
import type { Job, JobState } from './job.js';
import { asPromise, inStore } from './kept-store.js';

/** Of all files together; a browser may give less. */
const MOST_BYTES = 200_000_000;

/** A job as it outlives its page. */
export interface KeptJob {
  job: Job;
  userId: string;
  /** The page that works on it. */
  tab: string;
  addedAt: number;
}

const tab = crypto.randomUUID();
const lockOf = (name: string) => `tab ${name}`;
const addedAt = new Map<string, number>();
const kept = new Map<string, { size: number; what: string; saving: Promise<boolean> }>();

/** Held as long as this page lives, so that another one knows what is nobody's any more. */
void navigator.locks.request(lockOf(tab), () => new Promise(() => undefined));
session.watch((now) => now === null && kept.clear());

/**
 * Stores a job with its file and key, so that a reload loses neither: the same key goes on with the same thing, and
 * cannot pay for it twice. False where there is no room for it.
 */
export function keep(job: Job): Promise<boolean> {
  const { id, idempotencyKey } = job;
  const state = keptState(job.state);
  const what = `${idempotencyKey} ${JSON.stringify(state)}`;
  const before = kept.get(id);
  if (before?.what === what) return before.saving;
  const size = job.bytes ?? 0;
  const saving = store({ ...job, state, isKept: undefined }, size);
  kept.set(id, { size, what, saving });
  return saving;
}

export function forgetKept(id: string): void {
  kept.delete(id);
  addedAt.delete(id);
  void inStore('readwrite', (store) => asPromise(store.delete(id))).catch(() => undefined);
}

export interface TakenOver {
  /** Newest first; this page's from now on. */
  left: Job[];
  /** Pages that still work on something of this user's. */
  others: string[];
}

/** What earlier pages of this user left undone. */
export async function takeOver(userId: string): Promise<TakenOver> {
  return navigator.locks.request('taking over', async () => {
    const { held = [] } = await navigator.locks.query();
    const alive = new Set(held.map(({ name }) => name));
    const all = await inStore('readonly', (store) => asPromise<KeptJob[]>(store.getAll()));
    const theirs = all.filter((one) => one.userId === userId && one.tab !== tab);
    const left = theirs.filter((one) => !alive.has(lockOf(one.tab)));
    await inStore('readwrite', (store) =>
      Promise.all(left.map((one) => asPromise(store.put({ ...one, tab }, one.job.id)))),
    );
    left.sort((one, other) => other.addedAt - one.addedAt);
    for (const { job, addedAt: since } of left) addedAt.set(job.id, since);
    const others = theirs.filter((one) => !left.includes(one)).map((one) => one.tab);
    return { left: left.map(({ job }) => job), others: [...new Set(others)] };
  });
}

/** Resolves when that page is gone: closed, or just reloaded and not yet out of the way. */
export async function whenGone(other: string): Promise<void> {
  await navigator.locks.request(lockOf(other), () => undefined);
}

/** Signing out leaves nothing of the user's in the browser. */
export async function forgetAllOf(userId: string): Promise<void> {
  const all = await inStore('readonly', (store) => asPromise<KeptJob[]>(store.getAll()));
  const theirs = all.filter((one) => one.userId === userId);
  await inStore('readwrite', (store) =>
    Promise.all(theirs.map(({ job }) => asPromise(store.delete(job.id)))),
  );
}

async function store(job: Job, size: number): Promise<boolean> {
  const userId = session.get()?.userId;
  const total = [...kept.values()].reduce((sum, one) => sum + one.size, size);
  if (userId === undefined || total > MOST_BYTES) return false;
  const since = addedAt.get(job.id) ?? Date.now() + addedAt.size / 1_000;
  addedAt.set(job.id, since);
  const record: KeptJob = { job, userId, tab, addedAt: since };
  try {
    await inStore('readwrite', (store) => asPromise(store.put(record, job.id)));
    return true;
  } catch {
    return false;
  }
}

/** What a new page goes on from: what was on its way is asked for again, as the same thing. */
function keptState(state: JobState): JobState {
  return state.is === 'short' || state.is === 'dearer' ? state : { is: 'waiting' };
}
