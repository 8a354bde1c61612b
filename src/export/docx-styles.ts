import { AlignmentType, LevelFormat, type INumberingOptions, type IStylesOptions } from 'docx';

const LEVELS = [0, 1, 2, 3, 4, 5, 6, 7, 8];
const BULLETS = ['•', '◦', '▪'];
/** Twentieths of a point, as Word counts. */
const INDENT = 360;

const place = (level: number) => ({
  level,
  alignment: AlignmentType.START,
  style: { paragraph: { indent: { left: INDENT * (level + 1), hanging: INDENT } } },
});

export const numbering: INumberingOptions = {
  config: [
    {
      reference: 'ordered',
      levels: LEVELS.map((level) => ({
        ...place(level),
        format: LevelFormat.DECIMAL,
        text: `%${level + 1}.`,
      })),
    },
    {
      reference: 'bullets',
      levels: LEVELS.map((level) => ({
        ...place(level),
        format: LevelFormat.BULLET,
        text: BULLETS[level % BULLETS.length]!,
      })),
    },
  ],
};

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
