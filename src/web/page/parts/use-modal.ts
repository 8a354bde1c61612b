import { useLayoutEffect, useRef } from 'preact/hooks';

/**
 * The dialog it is given to is modal as soon as it is drawn, before the next event of the user's.
 *
 * An effect that waits for the paint would leave an instant in which a fast typist's Escape or letters go to
 * the page behind it.
 */
export function useModal() {
  const dialog = useRef<HTMLDialogElement>(null);
  useLayoutEffect(() => dialog.current?.showModal(), []);
  return dialog;
}
