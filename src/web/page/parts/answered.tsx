import type { ComponentChildren } from 'preact';
import { wordsFor } from '../api/problem.js';
import type { Loadable } from '../api/use-answer.js';
import { Icon } from './icon.js';

interface AnsweredProps<T> {
  answer: Pick<Loadable<T>, 'data' | 'trouble' | 'again'>;
  /** What is shown, as the beginning of a sentence: “Your grants”. */
  what: string;
  /** What to say when it is known that there is none; a list without a row is none. */
  nothing?: string;
  isNothing?: (data: T) => boolean;
  children: (data: T) => ComponentChildren;
}

/**
 * Whatever the server was asked for. Only here is it said that there is nothing, and only once that is known: while
 * it is loading it says so, and where there is trouble it says which, and how to try again.
 */
export function Answered<T>({ answer, what, nothing, isNothing = isEmptyList, children }: AnsweredProps<T>) {
  const { data, trouble, again } = answer;
  return (
    <>
      {trouble !== null && <Trouble trouble={trouble} what={what} isKnown={data !== null} again={again} />}
      {data === null && trouble === null && <Loading />}
      {data !== null && !isNothing(data) && children(data)}
      {data !== null && isNothing(data) && nothing !== undefined && (
        <p class="nothing">
          <Icon name="empty" /> {nothing}
        </p>
      )}
    </>
  );
}

function isEmptyList(data: unknown): boolean {
  return Array.isArray(data) && data.length === 0;
}

function Loading() {
  return (
    <p class="loading" aria-busy="true">
      Loading…
    </p>
  );
}

interface TroubleProps {
  trouble: Error;
  what: string;
  isKnown: boolean;
  again: () => void;
}

function Trouble({ trouble, what, isKnown, again }: TroubleProps) {
  return (
    <div class="notice bad trouble" role="alert">
      <span>
        {what} {isKnown ? 'may be old.' : 'cannot be shown just now.'} {wordsFor(trouble)}
      </span>
      <button type="button" class="quiet" aria-label={`Try again: ${what}`} onClick={again}>
        Try again
      </button>
    </div>
  );
}
