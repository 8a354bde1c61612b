import type { ComponentChildren } from 'preact';
import { Notice } from './notice.js';
import { once } from './once.js';
import type { Action } from './use-action.js';

interface ActionButtonProps {
  action: Action;
  /** What it says while it is at it. */
  busy: string;
  class?: string;
  type?: 'button' | 'submit';
  'aria-label'?: string;
  onClick?: () => void;
  children: ComponentChildren;
}

/** A button that says when it is busy, with what went wrong right beside it. */
export function ActionButton({
  action,
  busy,
  type = 'button',
  children,
  onClick,
  ...rest
}: ActionButtonProps) {
  const { isBusy, trouble } = action;
  return (
    <>
      <button type={type} {...rest} aria-disabled={isBusy} aria-busy={isBusy} onClick={once(isBusy, onClick)}>
        {isBusy ? busy : children}
      </button>
      {trouble !== null && <Notice tone="bad">{trouble}</Notice>}
    </>
  );
}
