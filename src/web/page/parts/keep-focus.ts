/**
 * Where the focus goes when what had it is gone, as a row that was deleted or a notice that was read: to the heading of
 * the part that it stood in. The browser would drop it, and whoever listens to the page would be back at its top.
 */
export function keepFocus(page: HTMLElement): void {
  let path: Element[] = [];
  addEventListener('focusin', ({ target }) => (path = pathOf(target as Element)));
  addEventListener('focusout', () =>
    // Somebody let go of it by hand.
    setTimeout(() => isNowhere() && path[0]?.isConnected === true && (path = [])),
  );
  new MutationObserver(() => {
    if (!isNowhere() || path[0]?.isConnected !== false) return;
    const home = path.find((element) => element.isConnected);
    const part = home?.closest('section, article, main') ?? page;
    const heading = part.querySelector<HTMLElement>('h1, h2');
    // A view that is loading will have one.
    if (heading === null) return;
    path = [];
    heading.tabIndex = -1;
    heading.focus({ preventScroll: true });
  }).observe(page, { childList: true, subtree: true });
}

function isNowhere(): boolean {
  return document.activeElement === document.body;
}

function pathOf(element: Element): Element[] {
  const path: Element[] = [];
  for (let at: Element | null = element; at !== null; at = at.parentElement) path.push(at);
  return path;
}
