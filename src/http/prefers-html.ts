/** Browsers name HTML first; a client that accepts anything is a program. */
export function prefersHtml(accept = ''): boolean {
  const types = accept
    .toLowerCase()
    .split(',')
    .map((range) => range.split(';', 1)[0]!.trim());
  const [html, json] = [types.indexOf('text/html'), types.indexOf('application/json')];
  return html >= 0 && (json < 0 || html < json);
}
