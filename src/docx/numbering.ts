import { tooComplex, type DocxPackage } from './package.js';
import { wholeNumber } from './properties.js';
import type { StyleSheet } from './styles.js';
import { readXml } from './xml.js';

interface Level {
  format?: string;
  /** The paragraph style that has this level by itself. */
  style?: string;
}

interface List {
  levels: Map<number, Level>;
  /** The list is defined where this style says. */
  link?: string;
  /** Of an instance: the definition it is one of. */
  definition?: number;
}

const MAX_LISTS = 20_000;
const MAX_LEVELS = MAX_LISTS * 9;

/** The lists of a document: definitions, and instances of them that paragraphs belong to. */
export class Numbering {
  readonly #definitions = new Map<number, List>();
  readonly #instances = new Map<number, List>();

  constructor(private readonly styles: StyleSheet) {}

  async read(parts: DocxPackage, name: string): Promise<void> {
    let list: List | undefined;
    let level: Level = {};
    let levels = 0;
    await readXml(parts, name, {
      open: (element) => {
        if (this.#definitions.size + this.#instances.size > MAX_LISTS) {
          throw tooComplex(`There are more than ${MAX_LISTS} lists.`);
        }
        const value = element.attribute('val');
        switch (element.name) {
          case 'w:abstractNum':
            this.#definitions.set(
              wholeNumber(element.attribute('abstractNumId')) ?? -1,
              (list = { levels: new Map() }),
            );
            break;
          case 'w:num':
            this.#instances.set(
              wholeNumber(element.attribute('numId')) ?? -1,
              (list = { levels: new Map() }),
            );
            break;
          case 'w:abstractNumId':
            if (list !== undefined) list.definition = wholeNumber(value);
            break;
          case 'w:numStyleLink':
            if (list !== undefined) list.link = value;
            break;
          case 'w:lvl':
            levels += 1;
            if (levels > MAX_LEVELS) throw tooComplex(`There are more than ${MAX_LEVELS} levels of lists.`);
            list?.levels.set(wholeNumber(element.attribute('ilvl')) ?? 0, (level = {}));
            break;
          case 'w:numFmt':
            level.format ??= value;
            break;
          case 'w:pStyle':
            level.style = value;
            break;
        }
      },
    });
  }

  /** Undefined: such a paragraph has no number and no bullet. */
  list(
    numId: number,
    wanted: number | undefined,
    style: string | undefined,
  ): { level: number; ordered: boolean } | undefined {
    const instance = this.#instances.get(numId);
    const definition = this.#definitionOf(instance);
    if (instance === undefined || definition === undefined) return undefined;
    const level = wanted ?? levelOfStyle(definition, style) ?? 0;
    const format = instance.levels.get(level)?.format ?? definition.levels.get(level)?.format ?? 'decimal';
    return format === 'none' ? undefined : { level, ordered: format !== 'bullet' };
  }

  #definitionOf(instance: List | undefined): List | undefined {
    const definition = this.#definitions.get(instance?.definition ?? -1);
    if (definition?.link === undefined) return definition;
    const linked = this.#instances.get(this.styles.paragraph(definition.link).numId ?? 0);
    return this.#definitions.get(linked?.definition ?? -1) ?? definition;
  }
}

function levelOfStyle({ levels }: List, wanted: string | undefined): number | undefined {
  for (const [level, { style }] of levels) if (style !== undefined && style === wanted) return level;
  return undefined;
}
