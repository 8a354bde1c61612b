import type { ComponentChildren } from 'preact';
import { useRef, useState } from 'preact/hooks';
import type { List } from '../api/use-list.js';
import { ActionButton } from '../parts/action-button.js';
import { Answered } from '../parts/answered.js';
import { apart, number } from '../parts/words.js';
import type { RowProps } from './library-row.js';
import { byName, rangeTo } from './selection.js';
import { ShelfTools, type Sorting } from './shelf-tools.js';
import { written } from '../parts/legible.js';

const ROWS_SHOWN = 50;

interface Item {
  id: string;
  filename: string;
  title?: string;
}

interface ShelfProps<T extends Item> {
  name: string;
  list: List<T>;
  /** What to say while there is nothing. */
  empty: string;
  /** What a row is called. */
  nameOf: (item: T) => string;
  marked?: ReadonlySet<string>;
  onMark?: (ids: readonly string[], isMarked: boolean) => void;
  children: (item: T, row: RowProps) => ComponentChildren;
}

/** A list of files to its end: searched, sorted, and marked one by one, from here to there, or all of them. */
export function Shelf<T extends Item>({ name, list, empty, nameOf, children, ...marking }: ShelfProps<T>) {
  const { marked, onMark } = marking;
  const [wanted, setWanted] = useState('');
  const [sorting, setSorting] = useState<Sorting>('newest');
  const [rows, setRows] = useState(ROWS_SHOWN);
  const last = useRef<string | null>(null);
  const found = (list.data ?? []).filter((item) => fits(item, wanted));
  if (sorting === 'name') found.sort(byName);
  const shown = found.slice(0, rows);
  const names = apart(shown.map((item) => written(nameOf(item))));
  const isAllShown = list.isWhole && shown.length === found.length;
  // Searching and sorting apply to everything, not only to what has been read so far.
  const readAll = () => !list.isWhole && list.reading.run(list.readAll);
  const mark = (id: string, isMarked: boolean, isRange: boolean) => {
    const ids = shown.map((item) => item.id);
    onMark?.(isRange ? rangeTo(ids, last.current, id) : [id], isMarked);
    last.current = id;
  };
  return (
    <section class="card shelf" aria-labelledby={name} aria-busy={list.data === null}>
      <h2 id={name}>
        {name} <Count list={list} />
      </h2>
      <Answered answer={list} what={name} nothing={empty}>
        {(items) => (
          <>
            <ShelfTools
              of={name}
              total={items.length}
              search={wanted}
              onSearch={(text) => {
                setWanted(text);
                readAll();
              }}
              sorting={sorting}
              onSort={(next) => {
                setSorting(next);
                readAll();
              }}
              marking={
                onMark && {
                  ids: found.map(({ id }) => id),
                  marked: marked!,
                  onMark,
                  action: list.reading,
                }
              }
            />
            {found.length === 0 && <p class="soft">Nothing here is called that.</p>}
            <ul class="rows">
              {shown.map((item, index) =>
                children(item, {
                  name: names[index]!,
                  onGone: () => list.remove(item.id),
                  pick: onMark && {
                    isMarked: marked!.has(item.id),
                    onMark: (isMarked, isRange) => mark(item.id, isMarked, isRange),
                  },
                }),
              )}
            </ul>
          </>
        )}
      </Answered>
      {list.data !== null && !isAllShown && (
        <ActionButton
          class="quiet"
          action={list.reading}
          busy="Reading on…"
          aria-label={`Show more ${name.toLowerCase()}`}
          onClick={() => {
            if (rows + ROWS_SHOWN > found.length && !list.isWhole) list.readMore();
            setRows(rows + ROWS_SHOWN);
          }}
        >
          Show more
        </ActionButton>
      )}
    </section>
  );
}

/** How many there are; while the end has not been seen, that there are more. */
function Count({ list: { data, isWhole } }: { list: List<unknown> }) {
  if (data === null || data.length === 0) return null;
  return <span class="count">{isWhole ? number(data.length) : `${number(data.length)}+`}</span>;
}

function fits({ title = '', filename }: Item, wanted: string): boolean {
  return `${title}\n${filename}`.toLowerCase().includes(wanted.trim().toLowerCase());
}
