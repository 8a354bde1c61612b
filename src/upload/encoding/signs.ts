/** What may stand beside a sign: a letter, a digit, a space, or another sign. */
export type Neighbour = 'letter' | 'digit' | 'space' | 'sign';
type Costs = Record<Neighbour, number>;

interface SignGroup {
  signs: string;
  /** How improbable (in nats) such a sign is behind its neighbour, and each neighbour behind such a sign. */
  after: Costs;
  before: Costs;
}

const costs = (letter: number, digit: number, space: number, sign: number): Costs => ({
  letter,
  digit,
  space,
  sign,
});

/** Estimates, not counts: where typography puts its signs. */
const GROUPS: readonly SignGroup[] = [
  { signs: '„‚', after: costs(8, 6, 3.5, 4), before: costs(0.5, 2, 4, 1) },
  { signs: '“”‟«»‹›‛', after: costs(4.5, 5, 3.5, 4), before: costs(1, 2, 1, 1) },
  { signs: '‘’', after: costs(3, 5, 4, 5), before: costs(1, 2, 1, 1) },
  { signs: '–—―', after: costs(4.5, 4, 3.5, 5), before: costs(1.5, 1, 0.5, 2) },
  { signs: '…', after: costs(4, 6, 5, 5), before: costs(2, 3, 0.5, 1) },
  { signs: '\u00a0', after: costs(5, 4, 6, 4), before: costs(1.5, 1.5, 2.5, 1) },
  { signs: '¿¡', after: costs(9, 9, 4, 5), before: costs(0.5, 3, 4, 3) },
  { signs: 'ºª°', after: costs(6.5, 4, 7, 7), before: costs(2.5, 2, 0.5, 1) },
  { signs: '€£¥₪₫฿', after: costs(8, 5, 5, 6), before: costs(4, 1, 1, 1) },
  { signs: '§©®™№†•·', after: costs(6, 7, 5.5, 6), before: costs(2.5, 1, 1, 2) },
  { signs: '½¼¾²³¹±×÷µ‰', after: costs(7, 5.5, 6.5, 7), before: costs(3, 1.5, 1, 1) },
  { signs: '،؛؟٪', after: costs(3, 5, 4.5, 5), before: costs(3, 4, 0.5, 2) },
];
const OTHER: SignGroup = { signs: '', after: costs(9, 9, 8, 9), before: costs(4, 3, 2, 3) };
/** Frames and shades of the DOS sets: never beside letters, much beside themselves. */
const FRAME: SignGroup = { signs: '', after: costs(7.5, 7.5, 4, 5), before: costs(5, 5, 1, 3) };
const FRAME_BESIDE_FRAME = 6;
const BY_SIGN = new Map(GROUPS.flatMap((group) => Array.from(group.signs, (sign) => [sign, group])));

const IN_WORD_COST = 4;
/** What is left out or joined: don’t, she’s, they’ll; l’eau, dell’anno, qu’il; col·legi; a soft hyphen. */
const APOSTROPHE_IN_WORD = /^(.[stdmlrv]|[cdjlmnstv][aeiouhy]|u[aeiouhy])$/;

/** A sign between two ASCII letters, beyond what it costs anyhow. */
export function costOfSignInWord(sign: string, letters: string): number {
  if (sign === '’') return APOSTROPHE_IN_WORD.test(letters) ? 0 : IN_WORD_COST;
  return sign === '\u00ad' || (sign === '·' && letters === 'll') || sign === '–' ? 0 : IN_WORD_COST;
}

function isFrame(sign: string): boolean {
  return sign >= '\u2500' && sign <= '\u259f';
}

export function costOfSignAfter(sign: string, neighbour: Neighbour): number {
  return groupOf(sign).after[neighbour];
}

export function costAfterSign(sign: string, neighbour: Neighbour): number {
  return groupOf(sign).before[neighbour];
}

/** Two of them side by side. */
export function costOfSigns(one: string, other: string): number {
  if (isFrame(one) && isFrame(other)) return one === other ? 0.3 : FRAME_BESIDE_FRAME;
  return costOfSignAfter(other, 'sign') + costAfterSign(one, 'sign');
}

function groupOf(sign: string): SignGroup {
  return BY_SIGN.get(sign) ?? (isFrame(sign) ? FRAME : OTHER);
}
