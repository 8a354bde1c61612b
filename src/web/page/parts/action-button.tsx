import type { ButtonHTMLAttributes, ComponentChildren } from 'preact';
import { Notice } from './notice.js';
import type { Action } from './use-action.js';

interface ActionButtonProps extends Omit<ButtonHTMLAttributes, 'action' | 'class' | 'type'> {
  action: Action;
  /** What it says while it is at it. */
  busy: string;
  class?: string;
  type?: 'button' | 'submit';
  children: ComponentChildren;
}

/** A button that says when it is busy, with what went wrong right beside it. */
export function ActionButton({ action, busy, type = 'button', children, ...rest }: ActionButtonProps) {
  const { isBusy, trouble } = action;
  return (
    <>
      <button type={type} {...rest} disabled={isBusy} aria-busy={isBusy}>
        {isBusy ? busy : children}
      </button>
      {trouble !== null && <Notice tone="bad">{trouble}</Notice>}
    </>
  );
}
