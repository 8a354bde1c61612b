const grouped = new Intl.NumberFormat('en');

/** How many there are, for people: `1 credit`, `2,000 credits`. */
export function counted(count: number, noun: string, plural = `${noun}s`): string {
  return `${grouped.format(count)} ${count === 1 ? noun : plural}`;
}
