import type { IStylesOptions } from 'docx';

/** Sizes in half points. No heading is bold by its style: its runs say so, and are read so again. */
const heading = (size: number, before: number) => ({
  run: { size, color: '000000' },
  paragraph: { spacing: { before, after: 120 }, keepNext: true },
});

export const defaults: IStylesOptions['default'] = {
  document: { run: { size: 23 }, paragraph: { spacing: { after: 120, line: 276 } } },
  heading1: heading(36, 360),
  heading2: heading(30, 300),
  heading3: heading(26, 240),
  heading4: heading(24, 200),
  heading5: heading(23, 160),
  heading6: heading(23, 160),
};
