import { textOf, type Block } from '../../library/blocks.js';
import { FileRefusal } from '../../library/file-refusal.js';

/** In microseconds, estimated from 600 paragraphs of each script on a busy machine of two cores. */
const PER_PARAGRAPH = 100;
const PER_SIGN = 1;
/** Hebrew, Arabic, Chinese, symbols: looked up in one font after the other. */
const PER_FOREIGN_SIGN = 12;
/** Indic scripts and their neighbours: letters change with each other. */
const PER_SHAPED_SIGN = 60;
/** Where words run to the left and to the right. */
const PER_MIXTURE = 1_000;
const MOST = 60_000_000;

const FOREIGN = 0x0530;
const isShaped = (code: number) => (code >= 0x0900 && code <= 0x109f) || (code >= 0x1780 && code <= 0x17ff);
const isLeftward = (code: number) => code >= 0x0590 && code <= 0x08ff;

/** Estimates, before anything is typeset, whether the time will suffice. */
export class Effort {
  #spent = 0;

  /** @throws FileRefusal file_too_complex */
  add(blocks: Block[]): void {
    for (const { runs } of blocks) this.#spent += effortOf(textOf(runs));
    if (this.#spent <= MOST) return;
    throw new FileRefusal(
      'file_too_complex',
      'There is more text in scripts that take long than fits into a PDF here.',
    );
  }
}

function effortOf(text: string): number {
  let effort = PER_PARAGRAPH;
  let [leftward, rightward] = [false, false];
  for (let at = 0; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    if (code < FOREIGN) effort += PER_SIGN;
    else effort += isShaped(code) ? PER_SHAPED_SIGN : PER_FOREIGN_SIGN;
    if (isLeftward(code)) leftward = true;
    else if (code > 0x40) rightward = true;
  }
  return leftward && rightward ? effort + PER_MIXTURE : effort;
}
