/**
 * What is known of this installation, or was true of it last time: the room for it is there before the answer is, and
 * nothing jumps when it comes.
 */
export function remembered(name: string, known: boolean | null): boolean {
  const key = `${name}-last-time`;
  if (known === null) return localStorage.getItem(key) !== null;
  if (known) localStorage.setItem(key, 'yes');
  else localStorage.removeItem(key);
  return known;
}
