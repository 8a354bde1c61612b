import {
  abstract,
  based,
  bold,
  inList,
  level,
  num,
  p,
  parts,
  r,
  style,
  styled,
  type Construction,
} from './wordprocessing.js';

const loud = style('Loud', `<w:name w:val="Loud"/>${bold}`);
const strong = style('Strong', bold, 'character');
const chain =
  loud +
  style('Child', based('Loud')) +
  style('Grandchild', `${based('Child')}<w:rPr><w:i/></w:rPr>`) +
  style('Quiet', `${based('Loud')}<w:rPr><w:b w:val="0"/></w:rPr>`);
const heading =
  style('berschrift2', '<w:name w:val="heading 2"/>') +
  style('Scene', based('berschrift2')) +
  style('Outline', '<w:pPr><w:outlineLvl w:val="3"/></w:pPr>');
const lists =
  abstract(0, level(0, 'decimal') + level(1, 'bullet') + level(2, 'none')) +
  abstract(1, level(0, 'bullet') + level(1, 'lowerRoman', '<w:pStyle w:val="Sub"/>')) +
  abstract(2, '<w:numStyleLink w:val="Linked"/>') +
  num(1, 0) +
  num(2, 1) +
  num(3, 0, `<w:lvlOverride w:ilvl="0">${level(0, 'bullet')}</w:lvlOverride>`) +
  num(4, 2);

/** How Word says what something looks like, and the lines it means. */
export const formats: Construction[] = [
  [
    'a run’s own formatting',
    parts(
      p(
        r('a', '<w:b/>') +
          r('b', '<w:b w:val="false"/><w:i w:val="1"/>') +
          r('c', '<w:u w:val="double"/>') +
          r('d', '<w:u w:val="none"/><w:b w:val="off"/>'),
      ),
    ),
    ['*a*/b/_c_d'],
  ],
  ['one run where two look the same', parts(p(r('a', '<w:b/>') + r('b', '<w:b w:val="on"/>'))), ['*ab*']],
  [
    'formatting that a style inherits from another',
    parts(styled('Child', 'a') + styled('Grandchild', 'b') + styled('Quiet', 'c'), { styles: chain }),
    ['*a*', '*/b/*', 'c'],
  ],
  [
    'a toggle: bold within bold is plain',
    parts(
      p(
        r('a', '<w:rStyle w:val="Strong"/>') + r('b') + r('c', '<w:rStyle w:val="Strong"/><w:b/>'),
        '<w:pStyle w:val="Loud"/>',
      ),
      { styles: loud + strong },
    ),
    ['a*bc*'],
  ],
  [
    'bold for all by default, and not toggled then',
    parts(p(r('a') + r('b', '<w:b w:val="0"/>') + r('c', '<w:rStyle w:val="Strong"/>')), {
      styles: `<w:docDefaults><w:rPrDefault>${bold}</w:rPrDefault></w:docDefaults>${strong}`,
    }),
    ['*a*b*c*'],
  ],
  [
    'the default style where none is named',
    parts(p(r('a')), {
      styles: `<w:style w:type="paragraph" w:default="1" w:styleId="N">${bold}<w:pPr><w:jc w:val="both"/></w:pPr></w:style>`,
    }),
    ['<justify> *a*'],
  ],
  [
    'a circle of styles, as far as it goes',
    parts(styled('A', 'a'), { styles: style('A', based('B')) + style('B', based('A') + bold) }),
    ['*a*'],
  ],
  [
    'headings by name, by inheritance, by outline level',
    parts(
      styled('berschrift2', 'a') +
        styled('Scene', 'b') +
        styled('Outline', 'c') +
        p(r('d'), '<w:outlineLvl w:val="0"/>'),
      { styles: heading },
    ),
    ['h2 a', 'h2 b', 'h4 c', 'h1 d'],
  ],
  [
    'no heading where the paragraph says body text',
    parts(styled('Scene', 'a', '<w:outlineLvl w:val="9"/>'), { styles: heading }),
    ['a'],
  ],
  [
    'a heading of Word’s own that nobody defined',
    parts(styled('Heading1', 'a') + styled('Other', 'b')),
    ['h1 a', 'b'],
  ],
  [
    'alignment, with left said or not',
    parts(
      ['left', 'start', 'center', 'right', 'end', 'both', 'distribute']
        .map((jc) => p(r(jc), `<w:jc w:val="${jc}"/>`))
        .join(''),
    ),
    [
      'left',
      'start',
      '<center> center',
      '<right> right',
      '<right> end',
      '<justify> both',
      '<justify> distribute',
    ],
  ],
  [
    'lists: numbers, bullets, levels, and levels without a mark',
    parts(
      p(r('a'), inList(1, 0)) +
        p(r('b'), inList(1, 1)) +
        p(r('c'), inList(1, 2)) +
        p(r('d'), inList(2, 0)) +
        p(r('e'), inList(9, 0)),
      { numbering: lists },
    ),
    ['0 (1.) a', '1 (•) b', 'c', '0 (•) d', 'e'],
  ],
  ['a list that overrides its definition', parts(p(r('a'), inList(3, 0)), { numbering: lists }), ['0 (•) a']],
  [
    'a list by its style, and none where the paragraph leaves it',
    parts(
      styled('Item', 'a') +
        styled('Item', 'b', '<w:numPr><w:numId w:val="0"/></w:numPr>') +
        styled('Sub', 'c'),
      {
        numbering: lists,
        styles:
          style('Item', `<w:pPr>${inList(1, 0)}</w:pPr>`) +
          style('Sub', '<w:pPr><w:numPr><w:numId w:val="2"/></w:numPr></w:pPr>'),
      },
    ),
    ['0 (1.) a', 'b', '1 (i.) c'],
  ],
  [
    'a list that is defined by a list style',
    parts(p(r('a'), inList(4, 1)), {
      numbering: lists,
      styles: style('Linked', `<w:pPr>${inList(1, 0)}</w:pPr>`, 'numbering'),
    }),
    ['1 (•) a'],
  ],
];
