import { Refusal, Unreachable, isProblem, wordsFor } from '../api/problem.js';
import { send } from '../api/send.js';
import { inner } from '../parts/words.js';
import { announce, silence } from '../state/announcement.js';
import { balance, showCharge } from '../state/balance.js';
import { libraryChanged } from '../state/library-changes.js';
import { leastOf, priceList, prices, type Price } from '../state/prices.js';
import { session } from '../state/session.js';
import { isOver, isUnderWay, nameOfJob, shortageOf, type Job, type JobState, type JobResult } from './job.js';
import { addRestored, beginAnew, find, jobs, outcomeWords, setState, tryAgain } from './jobs.js';
import { keep, takeOver, whenGone } from './kept-jobs.js';
import { offered } from './offer.js';

const AT_ONCE = 2;
const TRIES = 6;

const running = new Map<string, AbortController>();
const triesLeft = new Map<string, number>();

/** Starts what waits, whenever something changes that lets it start. */
export function startRunner(): void {
  jobs.watch(startNext);
  prices.watch(startNext);
  balance.watch(resumeShort);
  addEventListener('online', () => everyUnsure(tryAgain));
  addEventListener('beforeunload', (event) => {
    const isLost = ({ state, isKept }: Job) => isUnderWay(state) || (isKept === false && !isOver(state));
    if (jobs.get().some(isLost)) event.preventDefault();
  });
  let userId = session.get()?.userId;
  if (userId !== undefined) void goOnWith(userId).catch(storeless);
  session.watch((now) => {
    if (now === null) return silence();
    if (now.userId === userId) return everyUnsure(tryAgain);
    userId = now.userId;
    abandonAll();
    void goOnWith(userId).catch(storeless);
  });
}

/** What pages before this one left undone, and what those beside it leave when they go. */
async function goOnWith(userId: string): Promise<void> {
  const isStill = () => session.get()?.userId === userId;
  const { left, others } = await takeOver(userId);
  if (!isStill()) return;
  addRestored(left);
  // What they wait for may have come, and been heard of, before they were here.
  resumeShort();
  for (const other of others) {
    void whenGone(other)
      .then(() => (isStill() ? goOnWith(userId) : undefined))
      .catch(storeless);
  }
}

/** A browser that stores nothing has nothing to give back. */
function storeless(): void {}

/** Only while it is being sent: what has arrived whole may be charged. */
export function cancel(id: string): void {
  running.get(id)?.abort();
  setState(id, { is: 'cancelled' });
}

function startNext(): void {
  const list = jobs.get();
  // The oldest first; the list begins with the newest.
  const next = list.findLast(({ state }) => state.is === 'waiting');
  const isFull = list.filter(({ state }) => isUnderWay(state)).length >= AT_ONCE;
  if (next === undefined || isFull || session.get() === null || prices.get() === null) return;
  void run(next);
}

async function run(job: Job): Promise<void> {
  const controller = new AbortController();
  const { turn } = balance;
  running.set(job.id, controller);
  setState(job.id, { is: 'sending', share: 0 });
  try {
    // Its key is safe before it is used: a reload must go on with this one.
    await keep(job);
    if (controller.signal.aborted) return;
    const outcome = await send<JobResult>(job.request, {
      idempotencyKey: job.idempotencyKey,
      maxCredits: limitOf(job),
      signal: controller.signal,
      onProgress: (share) => {
        if (controller.signal.aborted) return;
        setState(job.id, share < 1 ? { is: 'sending', share } : { is: 'working' });
      },
    });
    showCharge(outcome.credits, turn);
    finish(job, { is: 'done', outcome }, outcomeWords(outcome.credits.charged));
    libraryChanged({ shelf: job.shelf, arrival: outcome.id });
  } catch (error) {
    if (!controller.signal.aborted) fail(job, error);
  } finally {
    running.delete(job.id);
    startNext();
    resumeShort();
  }
}

function fail(job: Job, error: unknown): void {
  if (error instanceof Unreachable || (error instanceof Refusal && error.isUnsure))
    return tryLater(job, error);
  if (!(error instanceof Refusal)) throw error;
  if (isProblem(error, 'insufficient_credits'))
    return finish(job, { is: 'short', shortage: shortageOf(error) }, 'not enough credits');
  if (isProblem(error, 'price_exceeds_max')) {
    priceList.ask();
    return finish(job, { is: 'dearer', required: error.members.required }, 'the price has changed');
  }
  if (isProblem(error, 'unauthenticated'))
    return setState(job.id, { is: 'unsure', why: 'Sign in to go on.', triesLeft: 0 });
  finish(job, { is: 'refused', refusal: error }, `not charged: ${inner(error.message)}`);
}

function finish(job: Job, state: JobState, words: string): void {
  triesLeft.delete(job.id);
  setState(job.id, state);
  announce(`${nameOfJob(job)}: ${words}`);
}

/** The same key finds out what became of it. */
function tryLater(job: Job, error: Unreachable | Refusal): void {
  const left = (triesLeft.get(job.id) ?? TRIES) - 1;
  triesLeft.set(job.id, left);
  setState(job.id, { is: 'unsure', why: wordsFor(error), triesLeft: left });
  if (left === 0) return void triesLeft.delete(job.id);
  const hinted = error instanceof Refusal ? error.retryAfterSeconds : null;
  const seconds = hinted ?? 2 ** (TRIES - 1 - left);
  setTimeout(() => find(job.id)?.state.is === 'unsure' && tryAgain(job.id), seconds * 1000);
}

/** Those that the credits suffice for now, oldest first; the server decides, this only asks it again. */
function resumeShort(): void {
  const { known } = balance.get();
  if (known === null) return;
  const list = jobs.get();
  const isBegun = ({ state }: Job) => state.is === 'waiting' || isUnderWay(state);
  let left = list.filter(isBegun).reduce((rest, job) => rest - leastOf(priceOf(job) ?? 0), known.available);
  for (const { id, state } of [...list].reverse()) {
    // What was refused at this very version would be refused again.
    if (state.is !== 'short' || state.shortage.balanceVersion >= known.version) continue;
    left -= state.shortage.required;
    if (left < 0) return;
    beginAnew(id);
  }
}

function everyUnsure(act: (id: string) => void): void {
  for (const { id, state } of jobs.get()) if (state.is === 'unsure') act(id);
}

/** What one user began is nobody else's to finish. */
function abandonAll(): void {
  for (const controller of running.values()) controller.abort();
  triesLeft.clear();
  jobs.set([]);
  offered.set(null);
  silence();
}

function priceOf({ action }: Job): Price | undefined {
  return action === null ? 0 : prices.get()?.get(action);
}

/** What stood on the button; a price by what is measured stands there as such, and has no limit of its own. */
function limitOf(job: Job): number | undefined {
  const price = priceOf(job) ?? 0;
  return typeof price === 'number' ? price : undefined;
}
