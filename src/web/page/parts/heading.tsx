import { useEffect, useRef } from 'preact/hooks';
import { written } from './legible.js';

/** A view's title takes the focus when one came here from elsewhere in the page, so that it is read from its start. */
export function Heading({ children }: { children: string }) {
  const heading = useRef<HTMLHeadingElement>(null);
  useTitle(children);
  useEffect(() => {
    if (document.activeElement !== document.body) heading.current?.focus();
  }, [children]);
  return (
    <h1 ref={heading} tabIndex={-1} dir="auto">
      {children}
    </h1>
  );
}

/** What the window is called, also while a view has no title of its own to show. */
export function useTitle(title: string): void {
  useEffect(() => {
    document.title = `${written(title)} · creditgate`;
  }, [title]);
}
