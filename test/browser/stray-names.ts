import type { Page } from 'playwright-core';

/** Run in the page, so it is one text. */
const LOOK = `(names) => {
  const found = [];
  // What is nothing but the name is no sentence.
  const isTurned = (text) =>
    !names.includes(text.trim()) && names.some((name) => text.replace(/\\u2068[^\\u2069]*\\u2069/g, '').includes(name));
  const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (texts.nextNode()) {
    const text = texts.currentNode.data;
    const element = texts.currentNode.parentElement;
    if (element.closest('script, style, .text') || !names.some((name) => text.includes(name))) continue;
    // An element of its own keeps it to itself, and has nothing else in it.
    const isAlone = names.includes(element.textContent.trim());
    const { unicodeBidi } = getComputedStyle(element);
    if (isAlone ? !/isolate|plaintext/.test(unicodeBidi) : isTurned(text))
      found.push('in <' + element.localName + ' class="' + element.className + '">: ' + text);
  }
  for (const element of document.querySelectorAll('*')) {
    for (const { name, value } of element.attributes) {
      if (/^(aria-label|title|alt|placeholder)$/.test(name) && isTurned(value)) found.push(name + ': ' + value);
    }
  }
  if (isTurned(document.title)) found.push('title of the window: ' + document.title);
  for (const text of window.said ?? []) if (isTurned(text)) found.push('said: ' + text);
  return [...new Set(found)];
}`;

/**
 * Wherever one of these names stands and could turn the words around it: in a text, without an element that isolates it or
 * the two signs that do; in a label, in the title of the window, in what was announced or asked, without the signs.
 */
export function strayNames(page: Page, names: readonly string[]): Promise<string[]> {
  return page.evaluate<string[]>(`(${LOOK})(${JSON.stringify(names)})`);
}
