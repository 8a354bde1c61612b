/** Texts, names and comments, in which a semicolon means nothing; each also when its end has not come yet. */
const ENCLOSED =
  /E'(?:\\[^]|''|[^'\\])*(?:'|$)|'(?:''|[^'])*(?:'|$)|"[^"]*(?:"|$)|(\$\w*\$)[^]*?(?:\1|$)|--[^\n]*|\/\*[^]*?(?:\*\/|$)/gi;

/** Whether it ends with a semicolon that ends a statement. */
export function isComplete(statement: string): boolean {
  // Those that are not closed reach to the end and take it along.
  const bare = statement.replace(ENCLOSED, (enclosed) => (enclosed.startsWith('--') ? '' : ' x '));
  return /;\s*$/.test(bare);
}
