import { bytesBeyondAscii } from './byte-pairs.js';
import type { Candidate } from './candidate.js';
import { NOTHING_WRITTEN } from './decoders.js';
import { languageNamed } from './language.js';
import { multiByteCandidates } from './multi-byte.js';
import { NotTextError } from './not-text.error.js';
import { singleByteCandidates } from './single-byte.js';

/**
 * How sure is sure enough: a reading that is 400 times (six nats) as probable as the next one that differs from it,
 * and not much stranger than texts of its language are. On average an event costs 2.5 in Cyrillic, Greek, Hebrew and
 * Arabic letters, 3 in Latin ones, 3.5 in Thai ones, 6 in Japanese and Korean, 7 in Chinese; read wrongly, a paragraph
 * costs 4.3, 6.3, 7.3 and 14 and more.
 */
const LEAST_MARGIN = 6;
const MOST_COST_PER_EVENT = { latin: 5.3, other: 4.2, ja: 7, ko: 7, zh: 7.8 };
const MOST_NAMED = 5;

/**
 * The encoding of bytes that are no UTF-8, by what people write.
 *
 * @throws NotTextError with the candidates when none is likely enough
 */
export function likeliestEncoding(bytes: Buffer): string {
  const candidates = rankedCandidates(bytes);
  const [best] = candidates;
  const rival = candidates.find(({ reading }) => reading !== best!.reading);
  if (best === undefined) throw new NotTextError('no text encoding fits it');
  const margin = rival === undefined ? Infinity : totalOf(rival) - totalOf(best);
  if (
    margin >= LEAST_MARGIN &&
    best.cost <= best.events * mostCostPerEvent(best) &&
    !NOTHING_WRITTEN.test(best.reading)
  )
    return best.encoding;
  throw new NotTextError('its encoding cannot be told with confidence', namesOf(candidates));
}

function rankedCandidates(bytes: Buffer): Candidate[] {
  const candidates = [...singleByteCandidates(bytesBeyondAscii(bytes)), ...multiByteCandidates(bytes)];
  return candidates.sort((one, other) => totalOf(one) - totalOf(other));
}

function totalOf({ cost, rarity }: Candidate): number {
  return cost + rarity;
}

function mostCostPerEvent({ language }: Candidate): number {
  if (language.startsWith('zh')) return MOST_COST_PER_EVENT.zh;
  if (language === 'ja' || language === 'ko') return MOST_COST_PER_EVENT[language];
  return languageNamed(language)?.script === 'latin' ? MOST_COST_PER_EVENT.latin : MOST_COST_PER_EVENT.other;
}

/** One for each reading. */
function namesOf(candidates: readonly Candidate[]): string[] {
  const names = new Map(candidates.toReversed().map(({ reading, encoding }) => [reading, encoding]));
  return [...names.values()].toReversed().slice(0, MOST_NAMED);
}
