import { announce } from '../state/announcement.js';
import { createStore } from '../state/store.js';
import { credits } from '../parts/words.js';
import { FILE_KINDS, kindOf, type FileKind } from './file-kind.js';
import type { Job, JobState } from './job.js';

/** Everything asked for in this tab, newest first. work/runner.ts makes it happen. */
export const jobs = createStore<readonly Job[]>([]);

export function addFiles(files: Iterable<File>, chosenAs: FileKind | null = null): void {
  add([...files].map((file) => fileJob(file, kindOf(file, chosenAs))));
}

export function addExport(body: object, { title, action }: { title: string; action: string | null }): void {
  const request = { path: '/api/export', body: () => JSON.stringify(body) };
  add([newJob({ title, bytes: null, action, request })]);
}

export function setState(id: string, state: JobState): void {
  change(id, { state });
}

/** Starts over as something new: what the first try came to is settled. */
export function beginAnew(id: string): void {
  change(id, { state: { is: 'waiting' }, idempotencyKey: crypto.randomUUID() });
}

/** Tries once more, as the same thing: if the first try did happen, its answer comes back. */
export function tryAgain(id: string): void {
  change(id, { state: { is: 'waiting' } });
}

export function drop(id: string): void {
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
}

function add(added: Job[]): void {
  if (added.length === 0) return;
  announce(
    added.length === 1 ? `${added[0]!.title} is on its way.` : `${added.length} files are on their way.`,
  );
  jobs.set([...added.reverse(), ...jobs.get()]);
}

function fileJob(file: File, kind: FileKind | null): Job {
  const facts = { title: file.name, bytes: file.size };
  if (kind === null) {
    const refusal = new Error('Only recordings, TXT and DOCX are read here.');
    const nothing = { path: '', body: () => '' };
    return newJob({ ...facts, action: null, request: nothing, state: { is: 'refused', refusal } });
  }
  const { action, path } = FILE_KINDS[kind];
  return newJob({ ...facts, action, request: { path, body: () => formOf(file) } });
}

function newJob(facts: Pick<Job, 'title' | 'bytes' | 'action' | 'request'> & { state?: JobState }): Job {
  return { id: crypto.randomUUID(), idempotencyKey: crypto.randomUUID(), state: { is: 'waiting' }, ...facts };
}

function formOf(file: File): FormData {
  const form = new FormData();
  form.append('file', file);
  return form;
}
