import type { ComponentChildren } from 'preact';
import { useEffect, useState } from 'preact/hooks';
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
  /** Nothing is said while it loads as fast as usual: what is known, or that it is not, stands elsewhere. */
  isQuiet?: boolean;
  /** What usually comes, so that what stands below does not jump when it does. */
  room?: 'chart' | 'overview' | 'rows';
  children?: (data: T) => ComponentChildren;
}

/**
 * Whatever the server was asked for. Only here is it said that there is nothing, and only once that is known: while
 * it is loading it says so, and where there is trouble it says which, and how to try again.
 */
export function Answered<T>({ answer, what, nothing, children, ...how }: AnsweredProps<T>) {
  const { data, trouble, again } = answer;
  const { isNothing = isEmptyList, isQuiet = false, room } = how;
  return (
    <>
      {trouble !== null && <Trouble trouble={trouble} what={what} isKnown={data !== null} again={again} />}
      {data === null && trouble === null && (
        <Loading what={what} again={again} isQuiet={isQuiet} room={room} />
      )}
      {data !== null && !isNothing(data) && children?.(data)}
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

/** Longer than that it is no loading that anybody waits for without a word. */
const SLOW_MS = 8_000;

interface LoadingProps extends Pick<TroubleProps, 'what' | 'again'> {
  isQuiet: boolean;
  room: string | undefined;
}

function Loading({ what, again, isQuiet, room = '' }: LoadingProps) {
  const [isSlow, setSlow] = useState(false);
  useEffect(() => {
    if (isSlow) return;
    const timer = setTimeout(() => setSlow(true), SLOW_MS);
    return () => clearTimeout(timer);
  }, [isSlow]);
  if (!isSlow)
    return isQuiet ? null : (
      <p class={`loading ${room}`} aria-busy="true">
        Loading…
      </p>
    );
  const askAgain = () => {
    setSlow(false);
    again();
  };
  return (
    <div class="notice plain loading slow" role="status">
      <span>{what}: still loading, which takes longer than usual.</span>
      <AgainButton what={what} again={askAgain} />
    </div>
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
      <AgainButton what={what} again={again} />
    </div>
  );
}

function AgainButton({ what, again }: Pick<TroubleProps, 'what' | 'again'>) {
  return (
    <button type="button" class="quiet" aria-label={`Try again: ${what}`} onClick={again}>
      Try again
    </button>
  );
}
