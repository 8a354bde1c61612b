import { calmBalance, type Connection, type ShownBalance } from '../state/balance.js';
import { useLasting } from '../state/lasting.js';
import { useStore } from '../state/store.js';
import { counted, moment, number, shortNumber } from './words.js';

const NOTES: Record<Connection, string | null> = {
  loading: null,
  live: null,
  stale: 'may be old',
  offline: 'offline',
};

/** What one has. What is not known is a dash, never a zero. Changes are spoken by the announcer alone. */
export function BalancePill() {
  const shown = useStore(calmBalance);
  const { known, connection } = shown;
  const note = noteOf(shown);
  return (
    <p class={`pill ${connection} ${levelOf(shown)}`} id="balance" title={titleOf(shown)}>
      <span class="dot" aria-hidden="true" />
      <strong>{known === null ? '–' : shortNumber(known.available)}</strong>
      <span>{known?.available === 1 ? 'credit' : 'credits'}</span>
      {note !== '' && <span class="note">{note}</span>}
      {known !== null && known.available > 0 && <Lasting available={known.available} isAlone={note === ''} />}
    </p>
  );
}

/** A guess, and only where there is room for one; a sentence of its own, or it would say how long they are on hold. */
function Lasting({ available, isAlone }: { available: number; isAlone: boolean }) {
  const days = useLasting(available);
  if (days === null) return null;
  return (
    <span class="note lasting">
      {isAlone ? '' : '· '}
      {days < 1 ? 'enough for less than a day' : `enough for about ${counted(days, 'day')}`}
    </span>
  );
}

function levelOf({ known }: ShownBalance): 'empty' | 'low' | '' {
  if (known?.available === 0) return 'empty';
  return known?.low === true ? 'low' : '';
}

/** What stands beside the dash; it is asked again by itself. */
const UNKNOWN: Record<Connection, string> = {
  loading: 'loading',
  live: 'loading',
  stale: 'cannot be read, trying again',
  offline: 'offline',
};

const LEVELS = { empty: 'none left', low: 'running low', '': null };

function noteOf(shown: ShownBalance): string {
  const { known, connection } = shown;
  if (known === null) return UNKNOWN[connection];
  const notes = [
    known.held > 0 && `${shortNumber(known.held)} on hold`,
    known.owed > 0 && `${shortNumber(known.owed)} owed`,
    LEVELS[levelOf(shown)],
    NOTES[connection],
  ];
  return notes.filter(Boolean).join(' · ');
}

/** The whole figures, which may be too long for the bar. */
function titleOf({ known }: ShownBalance): string | undefined {
  if (known === null) return undefined;
  const parts = [
    `${number(known.available)} available`,
    known.held > 0 && `${number(known.held)} on hold`,
    known.owed > 0 && `${number(known.owed)} owed, which the next purchase pays first`,
    known.nextExpiryAt !== null && `some of it expires ${moment(known.nextExpiryAt)}`,
    known.nextRefill && `${number(known.nextRefill.credits)} more come ${moment(known.nextRefill.at)}`,
  ];
  return parts.filter(Boolean).join(', ');
}
