import { useEffect, useRef, useState } from 'preact/hooks';
import { readEvents } from '../../../client/events.js';
import { request } from '../api/call.js';
import { ActionButton } from '../parts/action-button.js';
import { priceWords, usePrice } from '../parts/price.js';
import { useAction } from '../parts/use-action.js';
import { credits } from '../parts/words.js';

/** The text as it would be read aloud, each sentence at its turn. There where reading aloud has a price. */
export function ReadAlong({ id }: { id: string }) {
  const price = usePrice('read_aloud');
  const reading = useAction();
  const [shown, setShown] = useState('');
  const next = useRef(0);
  const line = useRef<AbortController | null>(null);
  useEffect(() => () => line.current?.abort(), [id]);
  if (price === undefined) return null;
  const begin = () =>
    reading.run(async () => {
      const { signal } = (line.current = new AbortController());
      try {
        const path = `/api/documents/${encodeURIComponent(id)}/aloud?pace=live&from=${next.current}`;
        await readEvents(await request(path, { signal }), ({ event, data }) => {
          const said = JSON.parse(data) as { text: string; number: number; charged: number };
          next.current = event === 'credits' ? 0 : said.number + 1;
          setShown(event === 'credits' ? `Read to its end · ${credits(said.charged)}` : said.text);
        });
      } catch (error) {
        if (!signal.aborted) throw error;
        setShown('Stopped. What was read so far is paid for, and it goes on from there.');
      }
    });
  return (
    <section class="read-along" aria-label="Read along">
      <div class="actions">
        <ActionButton class="quiet" action={reading} busy="Reading…" onClick={begin}>
          Read along <span class="soft">{priceWords(price)}</span>
        </ActionButton>
        {reading.isBusy && (
          <button type="button" class="quiet" onClick={() => line.current?.abort()}>
            Stop
          </button>
        )}
      </div>
      {shown !== '' && (
        <p class="user-text" aria-live="polite">
          {shown}
        </p>
      )}
    </section>
  );
}
