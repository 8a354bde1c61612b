import type { Block, Marker } from '../library/blocks.js';

interface Level {
  start: number;
  format: string;
  /** Undefined until an item of the level itself comes. */
  pattern?: string;
  legal?: boolean;
  isHeading?: boolean;
}

interface Definition {
  id: number;
  levels: Level[];
  /** The number that each level has reached, counted as a reading program would. */
  reached: (number | undefined)[];
}

export interface Instance {
  definition: Definition;
  /** The level that starts anew with it, and where. */
  restart?: { level: number; at: number };
}

/** Programs refuse files with too many. */
const MAX_LISTS = 5_000;

/**
 * The lists of a DOCX that is being written. It counts as a reading program will. If the count does not match the
 * marker, a new instance starts at the right number, so every program shows the marker.
 */
export class DocxLists {
  readonly definitions: Definition[] = [];
  /** In the order in which they are first used. */
  readonly instances: Instance[] = [];
  /** The instance in use, by document and list. */
  readonly #current = new Map<string, number>();

  /** The place in `instances` of the one an item goes into; undefined where there are too many. */
  place(block: Block, marker: Marker, document: number): number | undefined {
    const key = `${document} ${marker.list}`;
    const index = this.#current.get(key);
    const definition = index === undefined ? undefined : this.instances[index]!.definition;
    const found =
      definition !== undefined && fits(definition, marker)
        ? this.#goOn(definition, marker, index!)
        : this.#begin(marker);
    if (found === undefined) return undefined;
    this.#current.set(key, found);
    count(this.instances[found]!.definition, block, marker);
    return found;
  }

  #goOn(definition: Definition, { numbers }: Marker, index: number): number | undefined {
    const level = numbers.length - 1;
    const last = definition.reached[level];
    const next = last === undefined ? definition.levels[level]?.start : last + 1;
    if (next === undefined || next === numbers[level]) return index;
    return this.#add({ definition, restart: { level, at: numbers[level]! } });
  }

  #begin({ numbers, formats }: Marker): number | undefined {
    const levels = numbers.map((start, level) => ({ start, format: formats[level]! }));
    const definition: Definition = { id: this.definitions.length + 1, levels, reached: [] };
    const index = this.#add({ definition });
    if (index !== undefined) this.definitions.push(definition);
    return index;
  }

  #add(instance: Instance): number | undefined {
    return this.instances.length < MAX_LISTS ? this.instances.push(instance) - 1 : undefined;
  }
}

/** True if all numbers of a marker but the last come out right in a list. */
function fits({ levels, reached }: Definition, { numbers, formats, pattern, legal }: Marker): boolean {
  const own = levels[numbers.length - 1];
  if (own?.pattern !== undefined && (own.pattern !== pattern || own.legal !== (legal === true))) return false;
  return numbers.every((number, level) => {
    const { start = number, format = formats[level] } = levels[level] ?? {};
    const isOwn = level === numbers.length - 1;
    return format === formats[level] && (isOwn || (reached[level] ?? start) === number);
  });
}

/** Counts as the reader does: levels above are opened, levels below begin anew. */
function count(
  { levels, reached }: Definition,
  block: Block,
  { numbers, formats, pattern, legal }: Marker,
): void {
  const own = numbers.length - 1;
  for (const [level, start] of numbers.entries()) levels[level] ??= { start, format: formats[level]! };
  Object.assign(levels[own]!, { pattern, legal: legal === true, isHeading: block.type === 'heading' });
  reached.splice(0, reached.length, ...numbers);
}
