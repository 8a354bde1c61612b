import type { ComponentChildren } from 'preact';
import { call } from '../api/call.js';
import { Icon } from '../parts/icon.js';
import { Notice } from '../parts/notice.js';
import { once } from '../parts/once.js';
import { useAction } from '../parts/use-action.js';
import { libraryChanged, type ShelfName } from '../state/library-changes.js';
import { written } from '../parts/legible.js';
import { Written } from '../parts/written.js';

export interface RowProps {
  /** A name that no other row has, for what can be done with it. */
  name: string;
  onGone: () => void;
  pick?: { isMarked: boolean; onMark: (isMarked: boolean, isRange: boolean) => void };
}

interface LibraryRowProps extends RowProps {
  shelf: ShelfName;
  /** Where it can be deleted. */
  path: string;
  title: string;
  facts: string;
  actions: ComponentChildren;
  children?: ComponentChildren;
}

export function LibraryRow({ shelf, path, actions, children, onGone, ...shown }: LibraryRowProps) {
  const { name, title, facts, pick } = shown;
  const { isBusy, trouble, run } = useAction();
  const remove = () => {
    if (!confirm(`Delete “${written(title)}”? The credits it cost do not come back.`)) return;
    run(async () => {
      await call(path, { method: 'DELETE' });
      onGone();
      libraryChanged({ shelf, arrival: null });
    });
  };
  const what = (
    <span class="what">
      <Written class="title" text={title} />
      <span class="soft user-text">{facts}</span>
    </span>
  );
  return (
    <li class="row">
      {pick === undefined ? (
        what
      ) : (
        <label class="pick">
          <input
            type="checkbox"
            aria-label={name}
            checked={pick.isMarked}
            onClick={(event) => pick.onMark(event.currentTarget.checked, event.shiftKey)}
          />
          {what}
        </label>
      )}
      <div class="actions">
        {actions}
        <button
          type="button"
          class="quiet"
          aria-disabled={isBusy}
          aria-busy={isBusy}
          aria-label={`Delete ${name}`}
          title="Delete"
          onClick={once(isBusy, remove)}
        >
          {isBusy ? 'Deleting…' : <Icon name="bin" />}
        </button>
      </div>
      {children}
      {trouble !== null && <Notice tone="bad">{trouble}</Notice>}
    </li>
  );
}
