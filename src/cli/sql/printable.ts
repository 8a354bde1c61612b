/** A value may hold what moves a terminal's cursor or ends a line: it is shown as `\x1b`, and changes nothing. */
export function printable(text: string): string {
  return text.replace(
    /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu,
    (sign) => `\\x${sign.codePointAt(0)!.toString(16).padStart(2, '0')}`,
  );
}
