import { writeFileSync } from 'node:fs';
import { changeOf } from './operations.mjs';

/** A shorter silence is a pause between answers. */
const OUTAGE_FROM_MS = 250;

/**
 * The clients' own list of what they were told, kept away from the system under test.
 *
 *   open       no definite answer yet
 *   done       acknowledged, with its receipt: must be in the books, once
 *   refused    told no: must not be in the books
 *   abandoned  the client walked away after an unknown outcome: in the books once, or not at all
 */
export class Acknowledgements {
  records = [];
  acknowledged = 0;
  refused = 0;
  /** Definite answers of the application, of either kind. */
  answered = 0;
  /** Answers that left the client not knowing; each is one more attempt with the same key. */
  unknown = 0;
  /** Answers no client should ever get, as sentences. */
  contradictions = [];
  slowestMs = 0;
  /** Times, by the clock on the wall, in which nobody got a definite answer: the application or its database was away. */
  outages = [];
  #lastAnswer;

  open(operation) {
    const record = { operation, state: 'open', receipt: undefined, unknowns: 0 };
    this.records.push(record);
    return record;
  }

  /** Written down first and counted afterwards, so that no count is ahead of the list. */
  done(record, receipt) {
    record.receipt = receipt;
    record.state = 'done';
    this.acknowledged += 1;
    this.#answered(record);
  }

  refuse(record) {
    record.state = 'refused';
    this.refused += 1;
    this.#answered(record);
  }

  /** The operator's edits do not pass through the application. */
  #answered({ operation }) {
    if (operation.kind === 'edit') return;
    this.answered += 1;
    const now = Date.now();
    if (now - this.#lastAnswer > OUTAGE_FROM_MS) this.outages.push({ from: this.#lastAnswer, to: now });
    this.#lastAnswer = now;
  }

  abandon(record) {
    record.state = 'abandoned';
  }

  unsure(record, why) {
    record.unknowns += 1;
    record.why = why;
    this.unknown += 1;
  }

  contradict(sentence) {
    this.contradictions.push(sentence);
  }

  byUser() {
    return groupBy(this.records, ({ operation }) => operation.userId);
  }

  summary() {
    const { acknowledged, refused, unknown, contradictions, slowestMs, outages } = this;
    const longestOutageMs = Math.max(0, ...outages.map(({ from, to }) => to - from));
    const open = this.records.filter(({ state }) => state === 'open');
    const undecided = open.length;
    const undecidedWhy = open.map(({ operation, why }) => `${operation.kind}: ${why}`);
    const oversold = this.oversold();
    return {
      ...{ acknowledged, refused, unknown, undecided, undecidedWhy, contradictions },
      ...{ oversold, slowestMs, longestOutageMs },
    };
  }

  /** Credits delivered to somebody who did not have them, by this list alone, whatever the books say. */
  oversold() {
    let credits = 0;
    for (const records of this.byUser().values()) {
      let level = 0;
      for (const { operation, state } of records) {
        const change = changeOf(operation);
        // What may have been given counts as given, what may have been taken does not count as taken.
        if (state === 'done' || (change > 0 && state !== 'refused')) level += change;
      }
      credits += Math.max(0, -level);
    }
    return credits;
  }

  save(path) {
    writeFileSync(path, this.records.map((record) => `${JSON.stringify(record)}\n`).join(''));
  }
}

/** `Map.groupBy` is not in Node 20. */
export function groupBy(items, keyOf) {
  const groups = new Map();
  for (const item of items) {
    const key = keyOf(item);
    if (!groups.has(key)) groups.set(key, []);
    groups.get(key).push(item);
  }
  return groups;
}
