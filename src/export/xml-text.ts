/** Removes characters that XML does not allow; form feeds and vertical tabs become line breaks. */
export function xmlText(text: string): string {
  return (
    text
      .toWellFormed()
      .replace(/\r\n?|[\v\f]/g, '\n')
      // eslint-disable-next-line no-control-regex
      .replace(/[\u0000-\u0008\u000e-\u001f\ufffe\uffff]/g, '')
  );
}
