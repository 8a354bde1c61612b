import { useMemo, useState } from 'preact/hooks';
import type { ToldEvent } from '../api/types.js';
import { useList } from '../api/use-list.js';
import { Answered } from '../parts/answered.js';
import { MoreButton } from '../parts/more-button.js';
import { Notice } from '../parts/notice.js';
import { Switch } from '../parts/switch.js';
import { EventsTable } from './events-table.js';
import { choose } from '../state/place.js';
import { oneOf, useChosen, type Choices } from '../state/use-chosen.js';

interface EventsPartProps {
  /** About whom; null: about everybody. */
  userId: string | null;
  freshness: number;
}

const KINDS = { all: 'All', failed: 'Not delivered' } as const;

/** What of it an address may ask for. */
export const EVENTS_CHOICES: Choices<'events'> = { events: oneOf('failed') };

const NOTHING: Record<keyof typeof KINDS, string> = {
  all:
    'None. Each purchase, low balance, refill, expiry or debt is written here, with its delivery, while somebody listens: ' +
    'a receiver of webhooks, or a method in the host’s program.',
  failed:
    'None. An event that the host did not take stands here with what it answered, and can be sent again.',
};

const idOf = ({ id, channel }: ToldEvent): string => `${id} ${channel}`;

/** What the host was told of the last 30 days, and what it could not be told so far. */
export function EventsPart({ userId, freshness }: EventsPartProps) {
  const kind = useChosen(EVENTS_CHOICES).events === '' ? 'all' : 'failed';
  const [sent, setSent] = useState<string[]>([]);
  const query = useMemo(
    () =>
      new URLSearchParams({
        ...(userId !== null && { userId }),
        ...(kind === 'failed' && { failed: 'true' }),
      }),
    [userId, kind],
  );
  const list = useList<ToldEvent>('/api/admin/events', query, `${freshness} ${sent.length}`, {
    idOf,
    step: 10,
  });
  return (
    <section class="card" aria-labelledby="events">
      <div class="head">
        <h2 id="events">Events told to the host</h2>
        <Switch
          label="Which events"
          options={KINDS}
          chosen={kind}
          onChoose={(kind) => choose({ events: kind === 'all' ? '' : kind })}
        />
        <button type="button" class="quiet" onClick={list.again}>
          Look again
        </button>
      </div>
      <Answered answer={list} what="The list of events" nothing={NOTHING[kind]}>
        {(events) => (
          <EventsTable events={events} onSent={({ type }) => setSent((before) => [...before, type])} />
        )}
      </Answered>
      {sent.length > 0 && <Notice tone="good">Sent again: {sent.at(-1)}.</Notice>}
      <MoreButton list={list} of="events" />
    </section>
  );
}
