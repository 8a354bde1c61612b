import type { ToldEvent } from '../api/types.js';
import { Table } from '../parts/table.js';
import { apart, counted, instant } from '../parts/words.js';
import { hrefOf } from '../state/place.js';
import { ResendButton } from './resend-button.js';
import { written } from '../parts/legible.js';
import { Written } from '../parts/written.js';

interface EventsTableProps {
  events: ToldEvent[];
  onSent: (event: ToldEvent) => void;
}

export function EventsTable({ events, onSent }: EventsTableProps) {
  const names = apart(
    events.map(
      ({ type, userId, createdAt }) =>
        `${type} ${userId === null ? '' : written(userId)} ${instant(createdAt)}`,
    ),
  );
  return (
    <Table
      label="Events"
      class="facts"
      columns={['When', 'What', 'About', 'Delivery', 'Last answer', 'Again']}
      rows={events.map((event, index) => ({
        key: `${event.id} ${event.channel}`,
        cells: [
          instant(event.createdAt),
          event.type,
          event.userId === null ? (
            'nobody known'
          ) : (
            <a href={hrefOf('operator', event.userId)}>
              <Written text={event.userId} />
            </a>
          ),
          deliveryOf(event),
          <Written text={event.outcome} />,
          isResendable(event) ? (
            <ResendButton event={event} name={names[index]!} onSent={() => onSent(event)} />
          ) : null,
        ],
      }))}
    />
  );
}

const CHANNELS: Record<ToldEvent['channel'], string> = { post: 'by HTTP', handler: 'to a handler' };

/** How it stands, and what comes next. */
function deliveryOf({ state, attempts, channel, dueAt }: ToldEvent): string {
  const way = CHANNELS[channel];
  const tries = counted(attempts, 'attempt');
  switch (state) {
    case 'delivered':
      return `delivered ${way}${attempts > 1 ? ` after ${tries}` : ''}`;
    case 'failed':
      return `given up ${way} after ${tries}`;
    case 'erased':
      return 'ended: the person was erased';
    case 'waiting':
      return attempts === 0 ? `on its way ${way}` : `${tries} ${way}, the next ${instant(dueAt!)}`;
  }
}

/** Of what is on its way for the first time, another one would be too early. */
function isResendable({ state, attempts }: ToldEvent): boolean {
  return state !== 'erased' && attempts > 0;
}
