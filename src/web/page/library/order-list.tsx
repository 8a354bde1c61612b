import { useRef, useState } from 'preact/hooks';
import type { DocumentFacts } from '../api/types.js';
import { Icon } from '../parts/icon.js';
import { apart } from '../parts/words.js';
import { moved } from './selection.js';
import { written } from '../parts/legible.js';
import { Written } from '../parts/written.js';

interface OrderListProps {
  /** As they stand in the export. */
  documents: DocumentFacts[];
  /** Whether somebody gave them an order of their own. */
  isOrdered: boolean;
  onOrder: (ids: readonly string[]) => void;
}

/** The order of an export: by name until somebody drags one, or moves it with its buttons. */
export function OrderList({ documents, isOrdered, onOrder }: OrderListProps) {
  const list = useRef<HTMLOListElement>(null);
  const [dragged, setDragged] = useState<string | null>(null);
  const ids = documents.map(({ id }) => id);
  const names = apart(documents.map(({ title }) => written(title)));
  const move = (id: string, by: -1 | 1) => {
    onOrder(moved(ids, id, by));
    // The row that moves may lose the focus on its way.
    setTimeout(() => list.current?.querySelector<HTMLElement>(`[data-move="${id} ${by}"]`)?.focus());
  };
  const dropOn = (id: string) => {
    if (dragged === null || dragged === id) return;
    const rest = ids.filter((one) => one !== dragged);
    rest.splice(ids.indexOf(id), 0, dragged);
    onOrder(rest);
  };
  return (
    <div class="order">
      <div class="head">
        <h3>In this order</h3>
        {isOrdered && (
          <button type="button" class="quiet" onClick={() => onOrder([])}>
            Sort by name
          </button>
        )}
      </div>
      <ol ref={list} aria-label="Order of the export">
        {documents.map(({ id, title, filename }, index) => (
          <li
            key={id}
            draggable
            onDragStart={() => setDragged(id)}
            onDragEnd={() => setDragged(null)}
            onDragOver={(event) => event.preventDefault()}
            onDrop={() => dropOn(id)}
          >
            <span title={filename}>
              <Written class="title" text={title} />
            </span>
            {([-1, 1] as const).map((by) => (
              <button
                key={by}
                type="button"
                class="quiet"
                data-move={`${id} ${by}`}
                aria-label={`Move ${names[index]} ${by < 0 ? 'up' : 'down'}`}
                aria-disabled={index + by < 0 || index + by === ids.length}
                onClick={() => move(id, by)}
              >
                <Icon name={by < 0 ? 'up' : 'down'} />
              </button>
            ))}
          </li>
        ))}
      </ol>
    </div>
  );
}
