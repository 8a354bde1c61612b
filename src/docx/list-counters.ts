import type { Marker } from '../library/blocks.js';
import { formatNumber } from './number-formats.js';
import { levelOfStyle, patternOf, type Level, type ListOf, type Numbering } from './numbering.js';
import { MAX_LEVEL } from './properties.js';

/** A paragraph's list properties. */
export interface Membership {
  numId: number;
  level: number | undefined;
  /** The style that put it there, if none of its own words did. */
  style: string | undefined;
}

/** Counts the items of a document's lists, in the order of the document. */
export class ListCounters {
  /** The number that each level has reached, by definition. */
  readonly #reached = new Map<number, (number | undefined)[]>();
  /** Starts of instances that have had their effect. */
  readonly #started = new Set<string>();
  /** Lists in the order in which they appear, from 1. */
  readonly #appeared = new Map<string, number>();

  constructor(private readonly numbering: Numbering) {}

  /** The marker of the next item; undefined: it is in no list, or its list has no markers. */
  next({ numId, level: wanted, style }: Membership): Marker | undefined {
    const list = this.numbering.list(numId);
    if (list === undefined) return undefined;
    const level = wanted ?? levelOfStyle(list, style) ?? 0;
    const numbers = this.#count(list, level);
    const formats = numbers.map((_, above) => list.levels.get(above)?.format ?? 'decimal');
    const definition = list.levels.get(level) ?? {};
    const pattern = patternOf(definition, level);
    const legal = definition.legal === true;
    const text = textOf({ pattern, numbers, formats, legal }).trim();
    if (text === '' || (formats.at(-1) === 'none' && definition.pattern === undefined)) return undefined;
    return { text, list: this.#idOf(list), pattern, numbers, formats, ...(legal && { legal }) };
  }

  /** The numbers of all levels down to this one, once its item is counted. */
  #count(list: ListOf, level: number): number[] {
    const reached = this.#reached.get(list.definition) ?? [];
    this.#reached.set(list.definition, reached);
    const startOf = (at: number) => list.starts.get(at) ?? startOfLevel(list.levels.get(at));
    // A level that no item has opened yet counts as opened by those below it.
    for (let above = 0; above < level; above += 1) reached[above] ??= startOf(above);
    const start = `${list.instance} ${level}`;
    const last = reached[level];
    const begins = last === undefined || (list.starts.has(level) && !this.#started.has(start));
    reached[level] = begins ? startOf(level) : last + 1;
    this.#started.add(start);
    for (let below = level + 1; below <= MAX_LEVEL; below += 1) {
      if (beginsAnew(list.levels.get(below)?.restart, below, level)) reached[below] = undefined;
    }
    return reached.slice(0, level + 1) as number[];
  }

  #idOf({ definition, instance, isUnlike }: ListOf): number {
    const key = isUnlike ? `instance ${instance}` : `definition ${definition}`;
    const id = this.#appeared.get(key) ?? this.#appeared.size + 1;
    this.#appeared.set(key, id);
    return id;
  }
}

/** A level that does not say where it starts does so at 0 (ISO 29500-1, 17.9.25); one that is not there, at 1. */
function startOfLevel(level: Level | undefined): number {
  return level === undefined ? 1 : (level.start ?? 0);
}

/** True if a level begins anew after an item of a level above it. */
function beginsAnew(restart: number | undefined, level: number, above: number): boolean {
  return restart === undefined || restart > level ? true : above < restart;
}

function textOf({
  pattern,
  numbers,
  formats,
  legal,
}: Omit<Marker, 'text' | 'list' | 'legal'> & { legal: boolean }) {
  return pattern.replace(/%([1-9])/g, (_, digit: string) => {
    const level = Number(digit) - 1;
    const number = numbers[level];
    if (number === undefined) return '';
    const format = formats[level]!;
    return formatNumber(number, legal && !['none', 'bullet'].includes(format) ? 'decimal' : format);
  });
}
