import type { Page } from 'playwright-core';

/** A word of so many letters fits in anywhere, whoever wrote it. */
const LONGEST_WHOLE = 10;

/** What is broken, cut off, wider than the window or on top of something else. Run in the page, so it is one text. */
const LOOK = `(() => {
  const faults = [];
  const name = (element) => (element.getAttribute('aria-label') || element.textContent || element.tagName).trim().slice(0, 50);
  // Scrolling boxes and what people wrote may be cut or broken; what only ears get is nowhere to be seen.
  const isSeen = (element) => element.checkVisibility({ visibilityProperty: true }) && !element.closest('.unseen, .skip, thead, audio');
  const isTheirs = (element) => element.closest('.title, .user-text, code, option, textarea') !== null;

  if (document.documentElement.scrollWidth > innerWidth) faults.push('wider than the window');

  const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  const range = document.createRange();
  while (texts.nextNode()) {
    const text = texts.currentNode;
    if (!isSeen(text.parentElement)) continue;
    const longest = isTheirs(text.parentElement) ? ${LONGEST_WHOLE} : Infinity;
    for (const word of text.data.matchAll(/[^\\s·/_-]+/g)) {
      if (word[0].length > longest) continue;
      range.setStart(text, word.index);
      range.setEnd(text, word.index + word[0].length);
      const lines = new Set([...range.getClientRects()].map((box) => Math.round(box.top)));
      if (lines.size > 1) faults.push('broken: ' + word[0]);
    }
  }

  const leaves = [...document.querySelectorAll('body *')].filter(
    (element) =>
      isSeen(element) &&
      (element.matches('button, a, input, select, textarea, progress') ||
        (element.children.length === 0 && element.textContent.trim() !== '')) &&
      !element.closest('svg, .order ol, .wallets, option'),
  );
  // Line by line: text that goes on in the next line stands beside its neighbour, not on it.
  const boxes = leaves.flatMap((element) => [...element.getClientRects()].map((box) => [element, box]));
  boxes.forEach(([one, a], index) => {
    if (a.right > innerWidth + 1 || a.left < -1) faults.push('outside the window: ' + name(one));
    for (const [other, b] of boxes.slice(index + 1)) {
      if (one.contains(other) || other.contains(one)) continue;
      const wide = Math.min(a.right, b.right) - Math.max(a.left, b.left);
      const high = Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top);
      // Lines of two sizes may touch: a third of the lower one is more than touching.
      if (wide > 2 && high > Math.min(a.height, b.height) / 3) faults.push(name(one) + ' overlaps ' + name(other));
    }
  });
  for (const element of document.querySelectorAll('button, .button, .pill, td, th, dd, h1, h2, h3, .count')) {
    if (isSeen(element) && !isTheirs(element) && element.scrollWidth > element.clientWidth + 1 && element.clientWidth > 0)
      faults.push('cut off: ' + name(element));
  }
  // A figure of which the last digit is cut off is another figure.
  for (const text of document.querySelectorAll('.chart svg text')) {
    if (!isSeen(text) || text.getBoundingClientRect().width === 0) continue;
    const picture = text.closest('svg');
    const frame = getComputedStyle(picture).overflow === 'visible' ? picture.closest('.card') : picture;
    const [inner, outer] = [text.getBoundingClientRect(), frame.getBoundingClientRect()];
    if (inner.right > outer.right + 1 || inner.left < outer.left - 1) faults.push('cut off: ' + name(text));
  }
  return [...new Set(faults)];
})()`;

export async function faultsOf(page: Page): Promise<string[]> {
  await page.evaluate('scrollTo(0, 0)');
  return page.evaluate<string[]>(LOOK);
}
