/** Drops the extension; `.profile` has none. */
export function withoutExtension(filename: string): string {
  return filename.replace(/(?<=.)\.[^.]{1,8}$/, '');
}

/** Names within a folder, unique even if case does not count. */
export class UniqueNames {
  readonly #taken = new Set<string>();

  take(name: string, extension: string): string {
    for (let copy = 1; ; copy += 1) {
      const candidate = `${copy === 1 ? name : `${name} (${copy})`}.${extension}`;
      const key = candidate.toLowerCase();
      if (this.#taken.has(key)) continue;
      this.#taken.add(key);
      return candidate;
    }
  }
}
