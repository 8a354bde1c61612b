import { tooComplex, type DocxPackage } from './package.js';
import { MAX_LEVEL, isOff, wholeNumber } from './properties.js';
import type { StyleSheet } from './styles.js';
import { symbolOf } from './symbols.js';
import { readXml, type Element } from './xml.js';

/** How one level of a list writes its markers; undefined: its definition does not say. */
export interface Level {
  start?: number;
  format?: string;
  /** `Chapter %1:` */
  pattern?: string;
  /** The level, from 1, whose items it begins anew behind; 0: behind none. By default all above it. */
  restart?: number;
  legal?: boolean;
  /** The paragraph style that has this level by itself. */
  style?: string;
  /** A font without letters, whose codes the pattern has. */
  font?: string;
}

interface Definition {
  levels: Map<number, Level>;
  /** The style that defines the list. */
  link?: string;
}

interface Instance {
  definition?: number;
  /** Levels that the instance defines itself. */
  levels: Map<number, Level>;
  /** Where the first item of a level in it starts, whatever was counted before. */
  starts: Map<number, number>;
}

/** A list as a paragraph in it finds it. */
export interface ListOf {
  instance: number;
  /** Instances of one definition count on from each other. */
  definition: number;
  levels: ReadonlyMap<number, Level>;
  starts: ReadonlyMap<number, number>;
  /** It has levels of its own, and so looks unlike the others of its definition. */
  isUnlike: boolean;
}

const MAX_LISTS = 20_000;
const MAX_LEVELS = MAX_LISTS * 9;
const MAX_PATTERN_CHARACTERS = 255;

/** The lists of a document: definitions, and the instances of them that paragraphs belong to. */
export class Numbering {
  readonly #definitions = new Map<number, Definition>();
  readonly #instances = new Map<number, Instance>();
  readonly #lists = new Map<number, ListOf | undefined>();

  constructor(private readonly styles: StyleSheet) {}

  async read(parts: DocxPackage, name: string): Promise<void> {
    let list: (Definition & Partial<Instance>) | undefined;
    let level: Level = {};
    let levels = 0;
    let overridden = 0;
    await readXml(parts, name, {
      open: (element) => {
        const value = element.attribute('val');
        switch (element.name) {
          case 'w:abstractNum':
            this.#definitions.set(idOf(element, 'abstractNumId'), (list = { levels: new Map() }));
            this.#requireFew();
            break;
          case 'w:num':
            list = { levels: new Map(), starts: new Map() };
            this.#instances.set(idOf(element, 'numId'), list as Instance);
            this.#requireFew();
            break;
          case 'w:abstractNumId':
            if (list !== undefined) list.definition = wholeNumber(value);
            break;
          case 'w:numStyleLink':
            if (list !== undefined) list.link = value;
            break;
          case 'w:lvlOverride':
            overridden = levelOf(element);
            break;
          case 'w:startOverride':
            list?.starts?.set(overridden, wholeNumber(value) ?? 0);
            break;
          case 'w:lvl':
            levels += 1;
            if (levels > MAX_LEVELS) throw tooComplex(`There are more than ${MAX_LEVELS} levels of lists.`);
            list?.levels.set(levelOf(element), (level = {}));
            break;
          default:
            noteLevel(level, element);
        }
      },
    });
  }

  #requireFew(): void {
    if (this.#definitions.size + this.#instances.size > MAX_LISTS)
      throw tooComplex(`There are more than ${MAX_LISTS} lists.`);
  }

  /** Undefined: there is no such list. */
  list(numId: number): ListOf | undefined {
    if (!this.#lists.has(numId)) this.#lists.set(numId, this.#find(numId));
    return this.#lists.get(numId);
  }

  #find(numId: number): ListOf | undefined {
    const instance = this.#instances.get(numId);
    const definition = this.#definitionOf(instance?.definition);
    if (instance === undefined || definition === undefined) return undefined;
    const { levels } = this.#definitions.get(definition)!;
    return {
      instance: numId,
      definition,
      levels: new Map([...levels, ...instance.levels]),
      starts: instance.starts,
      isUnlike: instance.levels.size > 0,
    };
  }

  #definitionOf(id: number | undefined): number | undefined {
    const definition = this.#definitions.get(id ?? -1);
    if (definition?.link === undefined) return definition && id;
    const linked = this.#instances.get(this.styles.paragraph(definition.link).numId ?? 0)?.definition;
    return this.#definitions.has(linked ?? -1) ? linked : id;
  }
}

/** The level that a style has by itself. */
export function levelOfStyle({ levels }: ListOf, wanted: string | undefined): number | undefined {
  for (const [level, { style }] of levels) if (style !== undefined && style === wanted) return level;
  return undefined;
}

function noteLevel(level: Level, element: Element): void {
  const value = element.attribute('val');
  switch (element.name) {
    case 'w:start':
      level.start = wholeNumber(value) ?? 0;
      break;
    case 'w:numFmt':
      // Word's own formats are told by their first numbers: `001, 002, 003, ...`.
      level.format ??= value === 'custom' ? `custom ${element.attribute('format') ?? ''}` : value;
      break;
    case 'w:lvlText':
      level.pattern = (value ?? '').slice(0, MAX_PATTERN_CHARACTERS);
      break;
    case 'w:lvlRestart':
      level.restart = wholeNumber(value);
      break;
    case 'w:isLgl':
      level.legal = !isOff(element);
      break;
    case 'w:pStyle':
      level.style = value;
      break;
    case 'w:rFonts':
      level.font = element.attribute('ascii');
  }
}

/** What a level writes before its items. A bullet is often a sign of a font without letters. */
export function patternOf({ pattern, format, font }: Level, level: number): string {
  if (format !== 'bullet') return pattern ?? `%${level + 1}.`;
  const signs = Array.from(pattern ?? '•', (sign) => symbolOf(sign.codePointAt(0)!, font)).join('');
  // Signs of fonts that nobody knows.
  return signs.replace(/[\ue000-\uf8ff]/g, '•');
}

const idOf = (element: Element, name: string) => wholeNumber(element.attribute(name)) ?? -1;
const levelOf = (element: Element) => Math.min(wholeNumber(element.attribute('ilvl')) ?? 0, MAX_LEVEL);
