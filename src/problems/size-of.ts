const UNITS = [
  [1024 ** 3, 'GiB'],
  [1024 ** 2, 'MiB'],
  [1024, 'KiB'],
] as const;

/** A number of bytes for people: `10 MiB`, or the exact number if it is not round. */
export function sizeOf(bytes: number): string {
  const [size, unit] = UNITS.find(([size]) => bytes > 0 && bytes % size === 0) ?? [
    1,
    bytes === 1 ? 'byte' : 'bytes',
  ];
  return `${bytes / size} ${unit}`;
}
