import type { ComponentChildren } from 'preact';
import type { Page } from '../api/types.js';
import type { Answer } from '../api/use-answer.js';
import { Icon } from '../parts/icon.js';
import { number } from '../parts/words.js';

interface ShelfProps<T> {
  name: string;
  answer: Answer<Page<T>>;
  /** What to say while there is nothing. */
  empty: string;
  children: (item: T) => ComponentChildren;
}

export function Shelf<T>({ name, answer: { data }, empty, children }: ShelfProps<T>) {
  const items = data?.data;
  return (
    <section class="card" aria-labelledby={name} aria-busy={items === undefined}>
      <h2 id={name}>
        {name} {items !== undefined && items.length > 0 && <span class="count">{number(items.length)}</span>}
      </h2>
      {items?.length === 0 && (
        <p class="nothing">
          <Icon name="empty" /> {empty}
        </p>
      )}
      {items !== undefined && items.length > 0 && <ul class="rows">{items.map(children)}</ul>}
    </section>
  );
}
