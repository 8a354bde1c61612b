import { Refusal, wordsFor } from '../api/problem.js';
import { credits, duration, inner, number, counted } from '../parts/words.js';
import type { Job, JobState, JobResult } from './job.js';
import { outcomeWords } from './jobs.js';
import { written } from '../parts/legible.js';

/** What became of it, beside its name. */
export function JobOutcome({ job: { state } }: { job: Job }) {
  return <p class="outcome">{words(state)}</p>;
}

function words(state: JobState) {
  switch (state.is) {
    case 'waiting':
      return 'Waiting for its turn';
    case 'sending':
      return `Sending, ${number(Math.floor(state.share * 100))} %`;
    case 'working':
      return 'Working';
    case 'done':
      return (
        <>
          Done · <strong>{outcomeWords(state.outcome.credits.charged)}</strong> {factsOf(state.outcome)}
        </>
      );
    case 'refused':
      if (state.refusal instanceof Refusal && state.refusal.code === 'idempotency_key_spent') {
        return 'It was done before, and charged once. Look for it below.';
      }
      return (
        <>
          <strong>not charged:</strong> {inner(wordsFor(state.refusal))}
        </>
      );
    case 'short':
      return 'not charged: not enough credits. It goes on by itself when they arrive.';
    case 'dearer':
      return `not charged: the price has changed to ${credits(state.required)}.`;
    case 'cancelled':
      return 'not charged: cancelled';
    case 'unsure':
      return `${state.why} ${state.triesLeft > 0 ? 'Trying again; it is never charged twice.' : ''}`;
  }
}

function factsOf({ words, durationSeconds, filename, format }: JobResult): string {
  if (durationSeconds !== undefined) return `· ${duration(durationSeconds)} long`;
  if (words !== undefined) return `· ${counted(words, 'word')}`;
  return format === undefined ? '' : `· ${written(filename ?? '')}`;
}
