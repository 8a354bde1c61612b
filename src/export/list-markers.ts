import type { Block } from '../library/blocks.js';

/**
 * What stands before the items of lists, for formats that number nothing by themselves. A list ends with the first
 * block that is none of its items; a deeper one begins anew below each item of the list around it.
 */
export class ListMarkers {
  #numbers: number[] = [];

  /** `1.`, a bullet, or undefined for what is in no list; blocks come in their order. */
  next({ type, level = 0, ordered = false }: Block): string | undefined {
    if (type !== 'listItem') {
      this.#numbers = [];
      return undefined;
    }
    this.#numbers.length = level + 1;
    if (!ordered) return '•';
    this.#numbers[level] = (this.#numbers[level] ?? 0) + 1;
    return `${this.#numbers[level]}.`;
  }
}
