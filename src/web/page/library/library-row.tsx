import type { ComponentChildren } from 'preact';
import { call } from '../api/call.js';
import { Icon } from '../parts/icon.js';
import { Notice } from '../parts/notice.js';
import { useAction } from '../parts/use-action.js';
import { libraryChanged } from '../state/library-changes.js';

export interface Markable {
  isMarked: boolean;
  onMark: () => void;
}

interface LibraryRowProps extends Markable {
  /** Where it can be deleted. */
  path: string;
  title: string;
  facts: string;
  actions: ComponentChildren;
  children?: ComponentChildren;
}

export function LibraryRow({ path, title, facts, actions, isMarked, onMark, children }: LibraryRowProps) {
  const { isBusy, trouble, run } = useAction();
  const remove = () => {
    if (!confirm(`Delete “${title}”? The credits it cost do not come back.`)) return;
    run(() => call(path, { method: 'DELETE' }).then(libraryChanged));
  };
  return (
    <li class="row">
      <label class="pick">
        <input type="checkbox" checked={isMarked} onChange={onMark} />
        <span>
          <span class="title">{title}</span>
          <span class="soft">{facts}</span>
        </span>
      </label>
      <div class="actions">
        {actions}
        <button type="button" class="quiet" disabled={isBusy} aria-label={`Delete ${title}`} onClick={remove}>
          <Icon name="bin" />
        </button>
      </div>
      {children}
      {trouble !== null && <Notice tone="bad">{trouble}</Notice>}
    </li>
  );
}
