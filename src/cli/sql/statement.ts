/** Strings, names and comments, in which a semicolon means nothing; also those that are not closed yet. */
const ENCLOSED =
  /E'(?:\\[^]|''|[^'\\])*(?:'|$)|'(?:''|[^'])*(?:'|$)|"[^"]*(?:"|$)|(\$\w*\$)[^]*?(?:\1|$)|--[^\n]*|\/\*[^]*?(?:\*\/|$)/gi;

/** True if it ends with a semicolon that ends a statement. */
export function isComplete(statement: string): boolean {
  // An unclosed one reaches to the end and includes the semicolon.
  const bare = statement.replace(ENCLOSED, (enclosed) => (enclosed.startsWith('--') ? '' : ' x '));
  return /;\s*$/.test(bare);
}
