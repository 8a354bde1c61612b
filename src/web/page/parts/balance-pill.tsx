import { balance, type Connection, type ShownBalance } from '../state/balance.js';
import { useStore } from '../state/store.js';
import { moment, number } from './words.js';

const NOTES: Record<Connection, string | null> = {
  loading: null,
  live: null,
  stale: 'may be old',
  offline: 'offline',
};

/** What one has. What is not known is a dash, never a zero. */
export function BalancePill() {
  const shown = useStore(balance);
  const { known, connection } = shown;
  const note = noteOf(shown);
  return (
    <p
      class={`pill ${connection} ${known?.low ? 'low' : ''}`}
      id="balance"
      role="status"
      aria-live="polite"
      aria-atomic="true"
      aria-busy={connection === 'loading'}
      title={titleOf(shown)}
    >
      <span class="dot" aria-hidden="true" />
      <strong>{known === null ? '–' : number(known.available)}</strong>
      <span>{known?.available === 1 ? 'credit' : 'credits'}</span>
      {note !== '' && <span class="note">{note}</span>}
    </p>
  );
}

function noteOf({ known, connection }: ShownBalance): string {
  if (known === null && connection === 'loading') return 'loading';
  const notes = [
    known !== null && known.held > 0 && `${number(known.held)} on hold`,
    known?.low && 'running low',
    NOTES[connection],
  ];
  return notes.filter(Boolean).join(' · ');
}

function titleOf({ known }: ShownBalance): string | undefined {
  if (known === null || known.nextExpiryAt === null) return undefined;
  return `Some of it expires ${moment(known.nextExpiryAt)}`;
}
