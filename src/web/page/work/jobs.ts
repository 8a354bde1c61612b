import { announce } from '../state/announcement.js';
import { createStore } from '../state/store.js';
import { credits } from '../parts/words.js';
import { FILE_KINDS, kindOf, type FileKind } from './file-kind.js';
import { isOver, nameOfJob, type Job, type JobState } from './job.js';
import { forgetKept, keep } from './kept-jobs.js';

/** Everything asked for in this tab, newest first. work/runner.ts makes it happen. */
export const jobs = createStore<readonly Job[]>([]);

export function addFiles(files: Iterable<File>, chosenAs: FileKind | null = null): void {
  add([...files].map((file) => fileJob(file, kindOf(file, chosenAs))));
}

export function addExport(body: object, told: Pick<Job, 'title' | 'format' | 'action'>): void {
  const request = { path: '/api/export', content: JSON.stringify(body) };
  add([newJob({ ...told, bytes: null, request, shelf: 'exports' })]);
}

/** What an earlier page of this browser left, below what is here. */
export function addRestored(restored: readonly Job[]): void {
  jobs.set([...jobs.get(), ...restored.filter(({ id }) => find(id) === undefined)]);
}

export function setState(id: string, state: JobState): void {
  change(id, { state });
}

/** Starts over as something new: what the first try came to is settled. */
export function beginAnew(id: string, request = find(id)?.request): void {
  change(id, { ...(request && { request }), state: { is: 'waiting' }, idempotencyKey: crypto.randomUUID() });
}

/** Tries once more, as the same thing: if the first try did happen, its answer comes back. */
export function tryAgain(id: string): void {
  change(id, { state: { is: 'waiting' } });
}

export function drop(id: string): void {
  forgetKept(id);
  jobs.set(jobs.get().filter((job) => job.id !== id));
}

export function find(id: string): Job | undefined {
  return jobs.get().find((job) => job.id === id);
}

/** In one word or two, beside its name. */
export function outcomeWords(charged: number): string {
  return charged === 0 ? 'free' : credits(charged);
}

function change(id: string, members: Partial<Job>): void {
  jobs.set(jobs.get().map((job) => (job.id === id ? { ...job, ...members } : job)));
  const job = find(id);
  if (job !== undefined) remember(job);
}

/** What waits outlives the page; what is over need not. */
function remember(job: Job): void {
  if (isOver(job.state)) return forgetKept(job.id);
  void keep(job).then((isKept) => {
    if (find(job.id) !== undefined && isKept !== (find(job.id)!.isKept ?? true)) change(job.id, { isKept });
  });
}

function add(added: Job[]): void {
  if (added.length === 0) return;
  announce(
    added.length === 1 ? `${nameOfJob(added[0]!)} is on its way.` : `${added.length} files are on their way.`,
  );
  jobs.set([...added.toReversed(), ...jobs.get()]);
  added.forEach(remember);
}

function fileJob(file: File, kind: FileKind | null): Job {
  const facts = { title: file.name, bytes: file.size };
  if (kind === null) {
    const refusal = new Error('Only recordings, TXT and DOCX are read here.');
    const nothing = { path: '', content: '' };
    return newJob({
      ...facts,
      action: null,
      request: nothing,
      shelf: 'documents',
      state: { is: 'refused', refusal },
    });
  }
  const { action, path, shelf } = FILE_KINDS[kind];
  return newJob({ ...facts, action, shelf, request: { path, content: file } });
}

type NewJob = Pick<Job, 'title' | 'format' | 'bytes' | 'action' | 'request' | 'shelf'> & { state?: JobState };

function newJob(facts: NewJob): Job {
  return { id: crypto.randomUUID(), idempotencyKey: crypto.randomUUID(), state: { is: 'waiting' }, ...facts };
}
