import { useEffect, useRef } from 'preact/hooks';
import type { Entry, Hold } from '../api/types.js';
import { CopyButton } from '../parts/copy-button.js';
import { credits, instant, number, sentence, signedNumber } from '../parts/words.js';
import { whatOf, whyOf } from './entry-words.js';

interface EntryDrawerProps {
  entry: Entry;
  /** Of what was paid for. */
  name?: string;
  /** What it was captured from, where that is known. */
  hold?: Hold;
  withActor?: boolean;
  onClose: () => void;
}

/** All that is known about one line, and what to send to somebody who is asked about it. */
export function EntryDrawer({ entry, name, hold, withActor, onClose }: EntryDrawerProps) {
  const drawer = useRef<HTMLDialogElement>(null);
  useEffect(() => drawer.current?.showModal(), []);
  const facts = factsOf({ entry, name, hold, withActor });
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
      <div class="actions">
        <CopyButton text={all} label="Copy all of it, to report a problem">
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

function factsOf({ entry, name, hold, withActor }: Omit<EntryDrawerProps, 'onClose'>): Facts {
  const { createdAt, balanceAfter, priceVersion, refunded } = entry;
  return [
    ['For', name],
    ['Why', whyOf(entry, withActor)],
    ['Set aside', hold && `${instant(hold.createdAt)}, ${credits(hold.amount)}`],
    [hold === undefined ? 'When' : 'Charged', instant(createdAt)],
    ['Refunded', refunded !== null && refunded > 0 ? credits(refunded) : undefined],
    ['Balance after', number(balanceAfter)],
    ['Price list', priceVersion],
  ].filter((fact): fact is [string, string] => typeof fact[1] === 'string' && fact[1] !== '');
}

function idsOf({ id, kind, holdId, reverses, artefact }: Entry): Facts {
  return [
    ['Entry id', id],
    ['Hold id', holdId],
    [kind === 'refund' ? 'Entry given back' : 'About the entry', reverses],
    [artefact == null ? '' : sentence(`${artefact.kind} id`), artefact?.id],
  ].filter((fact): fact is [string, string] => typeof fact[1] === 'string');
}
