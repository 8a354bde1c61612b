import type { ComponentChildren } from 'preact';
import type { Entry, Line } from '../api/types.js';
import { useAnswer } from '../api/use-answer.js';
import { Answered } from '../parts/answered.js';
import { CopyButton } from '../parts/copy-button.js';
import { useModal } from '../parts/use-modal.js';
import { between, credits, day, instant, number, sentence, signedNumber } from '../parts/words.js';
import { whatOf, whyOf } from './entry-words.js';
import { MOST_SHOWN, written } from '../parts/legible.js';

interface EntryDrawerProps {
  entry: Entry;
  /** Where to ask for what the line does not say itself. */
  path: string;
  withActor?: boolean;
  /** What can be done about it. */
  actions?: ComponentChildren;
  onClose: () => void;
}

/** All that is known about one line, and what to send to somebody who is asked about it. */
export function EntryDrawer({ entry, path, withActor, actions, onClose }: EntryDrawerProps) {
  const drawer = useModal();
  const answer = useAnswer<Line>(path);
  const facts = factsOf({ entry, line: answer.data, withActor });
  const ids = idsOf(entry);
  const all = [...facts, ...ids].map(([label, value]) => `${label}: ${value}`).join('\n');
  return (
    <dialog ref={drawer} class="drawer" aria-labelledby="explained" onClose={onClose}>
      <h2 id="explained">
        {whatOf(entry)} {signedNumber(entry.amount)}
      </h2>
      <dl class="explained">
        {facts.map(([label, value]) => (
          <div key={label}>
            <dt>{label}</dt>
            <dd class="user-text">{value}</dd>
          </div>
        ))}
        {ids.map(([label, value]) => (
          <div key={label}>
            <dt>{label}</dt>
            <dd>
              <code>{value}</code> <CopyButton text={value} label={`Copy the ${label.toLowerCase()}`} />
            </dd>
          </div>
        ))}
      </dl>
      <Answered answer={answer} what="How it came about">
        {() => null}
      </Answered>
      <div class="actions">
        {actions}
        <CopyButton text={all} label="Copy all, to report a problem">
          Copy all, to report a problem
        </CopyButton>
        <button type="button" class="quiet" onClick={() => drawer.current?.close()}>
          Close
        </button>
      </div>
    </dialog>
  );
}

type Facts = [label: string, value: string][];

interface Known extends Pick<EntryDrawerProps, 'entry' | 'withActor'> {
  /** Null while it is not known. */
  line: Line | null;
}

function factsOf({ entry, line, withActor }: Known): Facts {
  const hold = line?.hold ?? null;
  const { createdAt, balanceAfter, description, priceVersion, refunded } = entry;
  return [
    ['For', description === null ? undefined : written(description, MOST_SHOWN)],
    ['Why', whyOf(entry, withActor)],
    ['Set aside', hold === null ? undefined : `${instant(hold.createdAt)}, ${credits(hold.amount)}`],
    ['Worked', hold === null ? undefined : between(hold.createdAt, createdAt)],
    [hold === null ? 'When' : 'Charged', instant(createdAt)],
    ['From', line?.drawnFrom.map(drawnInWords).join('; ')],
    ['What became of it', line?.grant && fateOf(line.grant)],
    ['Refunded', refunded !== null && refunded > 0 ? credits(refunded) : undefined],
    ['Balance after', number(balanceAfter)],
    ['Price list', priceVersion],
  ].filter((fact): fact is [string, string] => typeof fact[1] === 'string' && fact[1] !== '');
}

function drawnInWords({ amount, category, reason, createdAt }: Line['drawnFrom'][number]): string {
  return `${credits(amount)} of ${written(reason ?? category)}, given ${day(createdAt)}`;
}

function fateOf({ left, held, spent, lapsed, takenBack }: NonNullable<Line['grant']>): string {
  const parts = { left, 'on hold': held, spent, expired: lapsed, 'taken back': takenBack };
  return Object.entries(parts)
    .filter(([, amount]) => amount > 0)
    .map(([name, amount]) => `${number(amount)} ${name}`)
    .join(', ');
}

function idsOf({ id, kind, holdId, reverses, artefact }: Entry): Facts {
  return [
    ['Entry id', id],
    ['Hold id', holdId],
    [kind === 'refund' ? 'Entry given back' : 'About the entry', reverses],
    [artefact == null ? '' : sentence(`${artefact.kind} id`), artefact?.id],
  ].filter((fact): fact is [string, string] => typeof fact[1] === 'string');
}
