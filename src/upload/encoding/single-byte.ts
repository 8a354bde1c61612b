import type { ByteInWord, BytePair, BytesBeyondAscii } from './byte-pairs.js';
import type { Candidate } from './candidate.js';
import { NOTHING_WRITTEN, letterTable } from './decoders.js';
import { SINGLE_BYTE_ENCODINGS, type Script, type SingleByteEncoding } from './encodings.js';
import { LANGUAGES, type Language } from './language.js';
import { costAfterSign, costOfSignAfter, costOfSignInWord, costOfSigns, type Neighbour } from './signs.js';

/** A capital in the middle of a word that began with a small letter. */
const CAPITAL_INSIDE_COST = 5;
const CAPITAL_AFTER_CAPITAL_COST = 1;
const LETTER_BESIDE_DIGIT_COST = { latin: 6, other: 3 };
/** No event may weigh more, for anything may be a misprint or damage. */
const MOST_COST = 9;
/** What the letters around say of the language counts this much for each event. */
const STRANGENESS_WEIGHT = 4;
const FEW_PAIRS = 20;

const FOREIGN = -1;

interface Event extends BytePair {
  costApart: number;
  isOfLetters: boolean;
}

interface Character {
  sign: string;
  lowerCase: string;
  kind: Neighbour;
  isBeyondAscii: boolean;
  isCapital: boolean;
  isSmall: boolean;
  isNothing: boolean;
}

/** How well each encoding of one byte a letter explains these bytes, in the language that suits it best. */
export function singleByteCandidates(bytes: BytesBeyondAscii): Candidate[] {
  const strangeness = strangenessOf(bytes.around);
  return SINGLE_BYTE_ENCODINGS.flatMap((encoding) => candidateFor(encoding, bytes, strangeness) ?? []);
}

/** How much worse than in the best one the ASCII letters around fit into each language that is written with them, a pair. */
function strangenessOf(around: readonly BytePair[]): ReadonlyMap<Language, number> {
  const pairs = around.reduce((sum, { count }) => sum + count, 0);
  const costs = LANGUAGES.filter(({ script }) => script === 'latin').map((language) => {
    // The places in the alphabet are those in the table of every such language.
    const cost = around.reduce(
      (sum, { first, second, count }) => sum + count * language.cost(first, second),
      0,
    );
    return [language, cost] as const;
  });
  const least = Math.min(...costs.map(([, cost]) => cost));
  return new Map(costs.map(([language, cost]) => [language, (cost - least) / (pairs + FEW_PAIRS)]));
}

function candidateFor(
  encoding: SingleByteEncoding,
  { pairs, inWords }: BytesBeyondAscii,
  strangeness: ReadonlyMap<Language, number>,
): Candidate | undefined {
  const characters = charactersOf(encoding.name);
  const events = eventsIn(pairs, characters, encoding.script);
  const count = events.reduce((sum, event) => sum + event.count, 0);
  const ofLetters = events.reduce((sum, event) => sum + (event.isOfLetters ? event.count : 0), 0);
  // A Cyrillic text without Cyrillic letters is no Cyrillic text.
  if (encoding.script !== 'latin' && ofLetters < count / 2) return undefined;
  const costs = LANGUAGES.filter(({ script }) => script === encoding.script).map((language) => ({
    language: language.code,
    cost:
      costIn(language, characters, events) + (strangeness.get(language) ?? 0) * STRANGENESS_WEIGHT * count,
  }));
  const least = costs.reduce((one, other) => (other.cost < one.cost ? other : one));
  return {
    encoding: encoding.name,
    language: least.language,
    cost: least.cost + costInWords(inWords, characters),
    rarity: encoding.rarity,
    events: count,
    reading: readingOf(pairs, characters),
  };
}

function eventsIn(pairs: readonly BytePair[], characters: readonly Character[], script: Script): Event[] {
  return pairs.map(({ first, second, count }) => {
    const [before, after] = [characters[first]!, characters[second]!];
    return {
      first,
      second,
      count,
      costApart: costApartFromLanguage(before, after, script),
      isOfLetters: isOwnLetter(before) || isOwnLetter(after),
    };
  });
}

function costInWords(inWords: readonly ByteInWord[], characters: readonly Character[]): number {
  let cost = 0;
  for (const { before, byte, after, count } of inWords) {
    const { kind, sign } = characters[byte]!;
    if (kind === 'sign') cost += count * costOfSignInWord(sign, String.fromCharCode(before, after));
  }
  return cost;
}

/** The letters that all its bytes stand for. */
function readingOf(pairs: readonly BytePair[], characters: readonly Character[]): string {
  const used = new Set(pairs.flatMap(({ first, second }) => [first, second]));
  return characters.map(({ sign }, byte) => (used.has(byte) ? sign : '')).join('');
}

function isOwnLetter({ kind, isBeyondAscii }: Character): boolean {
  return kind === 'letter' && isBeyondAscii;
}

function costIn(language: Language, characters: readonly Character[], events: readonly Event[]): number {
  const places = Int16Array.from(
    characters,
    ({ lowerCase, kind }) => language.placeOf(lowerCase, kind === 'letter') ?? FOREIGN,
  );
  let cost = 0;
  for (const event of events) {
    const before = places[event.first]!;
    const after = places[event.second]!;
    const isForeign = before === FOREIGN || after === FOREIGN;
    const ofLetters = isForeign ? MOST_COST : before > 0 || after > 0 ? language.cost(before, after) : 0;
    cost += event.count * Math.min(MOST_COST, event.costApart + ofLetters);
  }
  return cost;
}

function costApartFromLanguage(before: Character, after: Character, script: Script): number {
  if (before.isNothing || after.isNothing) return MOST_COST;
  const isSignBefore = before.isBeyondAscii && before.kind === 'sign';
  const isSignAfter = after.isBeyondAscii && after.kind === 'sign';
  if (isSignBefore && isSignAfter) return costOfSigns(before.sign, after.sign);
  if (isSignAfter) return costOfSignAfter(after.sign, before.kind);
  if (isSignBefore) return costAfterSign(before.sign, after.kind);
  if (isNumbered(before, after) || isNumbered(after, before))
    return LETTER_BESIDE_DIGIT_COST[script === 'latin' ? 'latin' : 'other'];
  if (!after.isCapital) return 0;
  return before.isSmall ? CAPITAL_INSIDE_COST : before.isCapital ? CAPITAL_AFTER_CAPITAL_COST : 0;
}

function isNumbered(one: Character, other: Character): boolean {
  return one.kind === 'digit' && isOwnLetter(other);
}

const known = new Map<string, readonly Character[]>();

function charactersOf(encoding: string): readonly Character[] {
  let characters = known.get(encoding);
  if (characters === undefined) {
    characters = letterTable(encoding).map(characterOf);
    known.set(encoding, characters);
  }
  return characters;
}

function characterOf(sign: string): Character {
  const lowerCase = sign.toLowerCase().slice(0, 1);
  return {
    sign,
    lowerCase,
    kind: kindOf(sign),
    isBeyondAscii: sign > '\x7f',
    isCapital: lowerCase !== sign,
    isSmall: sign.toUpperCase() !== sign,
    isNothing: NOTHING_WRITTEN.test(sign),
  };
}

function kindOf(sign: string): Neighbour {
  if (/[\p{L}\p{M}]/u.test(sign)) return 'letter';
  if (/\d/.test(sign)) return 'digit';
  return /[\t\n\f\r ]/.test(sign) ? 'space' : 'sign';
}
