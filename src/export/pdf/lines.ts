import LineBreaker from 'linebreak';
import type { Itemized, Span } from './itemize.js';

/** A part of a text that goes onto one line. */
export interface Line {
  start: number;
  end: number;
  /** It ends where the text says so, or with the text. */
  isLast: boolean;
}

/** How wide a part of a text within one span is. */
export type Measure = (text: string, span: Span) => number;

/** Breaks a paragraph into lines of at most `width`: between words, and within one only where it is longer than that. */
export function linesOf(item: Itemized, width: number, measure: Measure): Line[] {
  const lines: Line[] = [];
  const meter = new Meter(item, measure);
  const breaker = new LineBreaker(item.text);
  let line = { start: 0, end: 0 };
  let used = 0;
  const close = (isLast: boolean) => {
    lines.push({ ...line, isLast });
    line = { start: line.end, end: line.end };
    used = 0;
  };
  for (let next = breaker.nextBreak(); next !== null; next = breaker.nextBreak()) {
    const { visible, whole } = meter.widthsTo(next.position);
    if (used + visible > width && line.end > line.start) close(false);
    if (visible > width) {
      for (const end of meter.split(line.end, next.position, width)) {
        line.end = end;
        if (end < next.position) close(false);
      }
      used = meter.width(line.start, line.end);
    } else {
      line.end = next.position;
      used += whole;
    }
    if (next.required && item.text[next.position - 1] === '\n') close(true);
  }
  if (line.end > line.start) close(true);
  return lines;
}

/** Walks along the spans once. */
class Meter {
  #at = 0;
  #span = 0;

  constructor(
    private readonly item: Itemized,
    private readonly measure: Measure,
  ) {}

  /** The widths of what comes before `end` and has not been measured: without white space at its end, and with it. */
  widthsTo(end: number): { visible: number; whole: number } {
    const { text, spans } = this.item;
    let [visible, whole] = [0, 0];
    while (this.#at < end) {
      const span = spans[this.#span]!;
      const to = Math.min(end, span.end);
      const part = text.slice(this.#at, to).replace('\n', '');
      const width = this.measure(part, span);
      const trimmed = part.trimEnd();
      if (trimmed !== '') visible = whole + width - this.measure(part.slice(trimmed.length), span);
      whole += width;
      this.#at = to;
      if (to === span.end) this.#span += 1;
    }
    return { visible, whole };
  }

  width(start: number, end: number): number {
    return this.item.spans
      .filter((span) => span.start < end && span.end > start)
      .reduce(
        (sum, span) =>
          sum +
          this.measure(this.item.text.slice(Math.max(start, span.start), Math.min(end, span.end)), span),
        0,
      );
  }

  /** Where a word that is too long for any line is broken; ends with the word's own end. */
  *split(start: number, end: number, width: number): Generator<number> {
    let used = 0;
    let at = start;
    for (const sign of this.item.text.slice(start, end)) {
      const advance = this.width(at, at + sign.length);
      if (used + advance > width && used > 0) {
        yield at;
        used = 0;
      }
      used += advance;
      at += sign.length;
    }
    yield end;
  }
}
