import type { Block, Marker } from '../library/blocks.js';

/**
 * Makes markers for list items stored before documents kept them. A list ends with the first block that is not one of
 * its items; a deeper list begins anew below each item of the list around it.
 */
export class OlderLists {
  #list = 0;
  #levels: { number: number; format: string }[] = [];

  /** Call it with the blocks in order. */
  mark(block: Block): Block {
    if (block.type === 'listItem') return { ...block, marker: block.marker ?? this.#next(block) };
    this.#levels = [];
    return block;
  }

  #next({ level = 0, ordered = false }: Block): Marker {
    if (this.#levels.length === 0) this.#list += 1;
    const levels = this.#levels.slice(0, level + 1);
    while (levels.length <= level) levels.push({ number: 0, format: 'decimal' });
    const number = levels[level]!.number + (ordered ? 1 : 0);
    levels[level] = { number, format: ordered ? 'decimal' : 'bullet' };
    this.#levels = levels;
    const look = ordered ? { text: `${number}.`, pattern: `%${level + 1}.` } : { text: '•', pattern: '•' };
    const numbers = levels.map((one) => one.number);
    return { ...look, list: this.#list, numbers, formats: levels.map(({ format }) => format) };
  }
}
