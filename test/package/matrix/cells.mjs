const names = ['node', 'nest', 'typeorm', 'adapter', 'postgres'];

/** Chosen so that each version of one meets each version of every other: `pairsOf` says which pair is missing. */
export const cells = [
  [20, 11, '0.3', 'express', 15],
  [20, 12, '1', 'express', 15],
  [20, 11, 'none', 'fastify', 18],
  [22, 12, '0.3', 'fastify', 15],
  [22, 11, '1', 'fastify', 18],
  [22, 12, 'none', 'express', 18],
  [24, 11, '0.3', 'express', 18],
  [24, 12, '1', 'fastify', 18],
  [24, 11, 'none', 'fastify', 15],
  [26, 12, '0.3', 'fastify', 18],
  [26, 11, '1', 'express', 15],
  [26, 12, 'none', 'express', 15],
].map((versions) => Object.fromEntries(names.map((name, n) => [name, versions[n]])));

/** Three in which every version of Nest, TypeORM and the adapters is. */
export const few = [cells[0], cells[7], cells[11]];

export function pairsOf(some) {
  const axes = names.map((name) => [...new Set(some.map((cell) => cell[name]))]);
  const all = names.flatMap((one, i) =>
    names
      .slice(i + 1)
      .flatMap((other, j) => axes[i].flatMap((a) => axes[i + 1 + j].map((b) => ({ one, a, other, b })))),
  );
  const isThere = ({ one, a, other, b }) => some.some((cell) => cell[one] === a && cell[other] === b);
  const missing = all.filter((pair) => !isThere(pair));
  return { count: all.length, missing: missing.map(({ one, a, other, b }) => `${one} ${a}, ${other} ${b}`) };
}
