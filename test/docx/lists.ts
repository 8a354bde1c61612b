import {
  abstract,
  inList,
  level,
  num,
  p,
  parts,
  r,
  row,
  cell,
  style,
  styled,
  type Construction,
} from './wordprocessing.js';

const text = (value: string) => `<w:lvlText w:val="${value}"/>`;
const item = (words: string, numId = 1, at = 0) => p(words === '' ? '' : r(words), inList(numId, at));
const startAt = (at: number, start: number) =>
  `<w:lvlOverride w:ilvl="${at}"><w:startOverride w:val="${start}"/></w:lvlOverride>`;
const symbol = (font: string) => `<w:rPr><w:rFonts w:ascii="${font}" w:hAnsi="${font}"/></w:rPr>`;

/** A list of its own for each format, with two items in it. */
const formatted = (formats: [format: string, start: number][]) =>
  parts(formats.flatMap((_, index) => [item('a', index + 1), item('b', index + 1)]).join(''), {
    numbering:
      formats.map(([format, start], index) => abstract(index, level(0, format, text('%1'), start))).join('') +
      formats.map((_, index) => num(index + 1, index)).join(''),
  });
const markers = (pairs: string[]) =>
  pairs.flatMap((pair) => {
    const [first, second] = pair.split(' ~ ');
    return [`0 (${first}) a`, `0 (${second}) b`];
  });

const outline =
  abstract(
    0,
    level(0, 'upperRoman', text('Part %1')) +
      level(1, 'decimal', text('%1.%2')) +
      level(2, 'lowerLetter', `<w:isLgl/>${text('%1.%2.%3)')}`),
  ) + num(1, 0);
const plain = abstract(0, level(0, 'decimal', text('%1.')) + level(1, 'lowerLetter', text('%2)')));

/** What Word writes before the items of lists. */
export const lists: Construction[] = [
  [
    'a list that goes on behind a paragraph, and behind another list',
    parts(item('a') + item('b') + p(r('between')) + item('x', 2) + item('c'), {
      numbering: plain + abstract(1, level(0, 'decimal', text('%1.'))) + num(1, 0) + num(2, 1),
    }),
    ['0 (1.) a', '0 (2.) b', 'between', '0 (1.) x', '0 (3.) c'],
  ],
  [
    'a list that starts again, once, and one that starts late',
    parts(item('a') + item('b', 2) + item('c', 2) + item('d') + item('e', 3), {
      numbering: plain + num(1, 0) + num(2, 0, startAt(0, 1)) + num(3, 0, startAt(0, 7)),
    }),
    ['0 (1.) a', '0 (1.) b', '0 (2.) c', '0 (3.) d', '0 (7.) e'],
  ],
  [
    'the number of each level, anew below each item',
    parts(item('a') + item('b', 1, 1) + item('c', 1, 1) + item('d') + item('e', 1, 1), {
      numbering: plain + num(1, 0),
    }),
    ['0 (1.) a', '1 (a)) b', '1 (b)) c', '0 (2.) d', '1 (a)) e'],
  ],
  [
    'a level that never begins anew, and one that does only behind the first',
    parts(
      [
        item('a'),
        item('b', 1, 1),
        item('c', 1, 2),
        item('d', 1, 1),
        item('e', 1, 2),
        item('f'),
        item('g', 1, 1),
        item('h', 1, 2),
      ].join(''),
      {
        numbering:
          abstract(
            0,
            level(0, 'decimal', text('%1.')) +
              level(1, 'decimal', `<w:lvlRestart w:val="0"/>${text('%2.')}`) +
              level(2, 'decimal', `<w:lvlRestart w:val="1"/>${text('%3.')}`),
          ) + num(1, 0),
      },
    ),
    ['0 (1.) a', '1 (1.) b', '2 (1.) c', '1 (2.) d', '2 (2.) e', '0 (2.) f', '1 (3.) g', '2 (1.) h'],
  ],
  [
    'numbers of several levels, and all of them decimal where the list says so',
    parts(item('a') + item('b', 1, 1) + item('c', 1, 2) + item('d') + item('e', 1, 2), {
      numbering: outline,
    }),
    ['0 (Part I) a', '1 (I.1) b', '2 (1.1.1)) c', '0 (Part II) d', '2 (2.1.1)) e'],
  ],
  [
    'numbered headings, also where the number is all there is',
    parts(styled('Chapter', 'The sea') + styled('Scene', 'At noon') + p('', '<w:pStyle w:val="Chapter"/>'), {
      numbering:
        abstract(
          0,
          level(0, 'cardinalText', `<w:pStyle w:val="Chapter"/>${text('Chapter %1:')}`) +
            level(1, 'decimal', `<w:pStyle w:val="Scene"/><w:isLgl/>${text('%1.%2')}`),
        ) + num(1, 0),
      styles:
        style('Chapter', '<w:pPr><w:numPr><w:numId w:val="1"/></w:numPr><w:outlineLvl w:val="0"/></w:pPr>') +
        style(
          'Scene',
          '<w:basedOn w:val="Chapter"/><w:pPr><w:numPr><w:numId w:val="1"/></w:numPr><w:outlineLvl w:val="1"/></w:pPr>',
        ),
    }),
    ['h1 (Chapter One:) The sea', 'h2 (1.1) At noon', 'h1 (Chapter Two:) '],
  ],
  [
    'the level of the style that an inherited style has from its list',
    parts(styled('Child', 'a'), {
      numbering:
        abstract(
          0,
          level(0, 'decimal', text('%1.')) + level(1, 'decimal', `<w:pStyle w:val="Sub"/>${text('(%2)')}`),
        ) + num(1, 0),
      styles:
        style('Sub', '<w:pPr><w:numPr><w:numId w:val="1"/></w:numPr></w:pPr>') +
        style('Child', '<w:basedOn w:val="Sub"/>'),
    }),
    ['1 ((1)) a'],
  ],
  [
    'a level that one instance writes in its own way',
    parts(item('a') + item('b', 2), {
      numbering:
        plain +
        num(1, 0) +
        num(2, 0, `<w:lvlOverride w:ilvl="0">${level(0, 'upperLetter', text('§%1'))}</w:lvlOverride>`),
    }),
    ['0 (1.) a', '0 (§B) b'],
  ],
  [
    'items without text, which count and are seen, bullets without, and hidden ones, which are not',
    parts(
      item('a') +
        item('') +
        p('<w:r><w:rPr><w:vanish/></w:rPr><w:t>x</w:t></w:r>', `${inList(1, 0)}<w:rPr><w:vanish/></w:rPr>`) +
        item('c') +
        item('', 2) +
        item('d', 2),
      { numbering: plain + abstract(1, level(0, 'bullet', text('–'))) + num(1, 0) + num(2, 1) },
    ),
    ['0 (1.) a', '0 (2.) ', '0 (3.) c', '0 (–) d'],
  ],
  [
    'numbers of rows',
    parts(`<w:tbl>${row(cell(item('')) + cell(p(r('a'))))}${row(cell(item('')) + cell(p(r('b'))))}</w:tbl>`, {
      numbering: plain + num(1, 0),
    }),
    ['1.\ta', '2.\tb'],
  ],
  [
    'words for numbers and none',
    parts(item('a', 1) + item('b', 2) + item('c', 3), {
      numbering:
        abstract(0, level(0, 'none', text('Note:'))) +
        abstract(1, level(0, 'decimal', text(''))) +
        abstract(2, level(0, 'none', text('%1'))) +
        num(1, 0) +
        num(2, 1) +
        num(3, 2),
    }),
    ['0 (Note:) a', 'b', 'c'],
  ],
  [
    'bullets of fonts without letters',
    parts(item('a', 1) + item('b', 2) + item('c', 3) + item('d', 4), {
      numbering:
        abstract(0, level(0, 'bullet', text('\uf0b7') + symbol('Symbol'))) +
        abstract(1, level(0, 'bullet', text('\uf0a7') + symbol('Wingdings'))) +
        abstract(2, level(0, 'bullet', text('\ue123') + symbol('Nobody’s'))) +
        abstract(3, level(0, 'bullet', text('o') + symbol('Courier New'))) +
        [1, 2, 3, 4].map((id) => num(id, id - 1)).join(''),
    }),
    ['0 (•) a', '0 (▪) b', '0 (•) c', '0 (o) d'],
  ],
  [
    'Word’s own format, for programs that know it',
    parts(item('a'), {
      numbering: `${abstract(
        0,
        `<w:lvl w:ilvl="0"><w:start w:val="9"/><mc:AlternateContent xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006" xmlns:w14="http://schemas.microsoft.com/office/word/2010/wordml"><mc:Choice Requires="w14"><w:numFmt w:val="custom" w:format="001, 002, 003, ..."/></mc:Choice><mc:Fallback><w:numFmt w:val="decimal"/></mc:Fallback></mc:AlternateContent>${text('%1')}</w:lvl>`,
      )}${num(1, 0)}`,
    }),
    ['0 (009) a'],
  ],
  [
    'a list that says not where it starts: at 0',
    parts(item('a'), {
      numbering:
        abstract(0, `<w:lvl w:ilvl="0"><w:numFmt w:val="decimal"/>${text('%1.')}</w:lvl>`) + num(1, 0),
    }),
    ['0 (0.) a'],
  ],
  [
    'letters, Roman numbers and words',
    formatted([
      ['decimalZero', 9],
      ['lowerLetter', 26],
      ['upperLetter', 53],
      ['lowerRoman', 8],
      ['upperRoman', 1999],
      ['ordinal', 11],
      ['ordinal', 22],
      ['cardinalText', 99],
      ['ordinalText', 20],
      ['hex', 15],
      ['numberInDash', 1],
      ['chicago', 4],
    ]),
    markers([
      '09 ~ 10',
      'z ~ aa',
      'AAA ~ BBB',
      'viii ~ ix',
      'MCMXCIX ~ MM',
      '11th ~ 12th',
      '22nd ~ 23rd',
      'Ninety-nine ~ One hundred',
      'Twentieth ~ Twenty-first',
      'F ~ 10',
      '- 1 - ~ - 2 -',
      '§ ~ **',
    ]),
  ],
  [
    'numbers of other scripts',
    formatted([
      ['russianLower', 29],
      ['hebrew1', 15],
      ['arabicAbjad', 2],
      ['thaiLetters', 1],
      ['hindiNumbers', 9],
      ['decimalFullWidth', 9],
      ['decimalEnclosedCircle', 20],
      ['aiueoFullWidth', 1],
      ['irohaFullWidth', 1],
      ['ganada', 1],
      ['ideographTraditional', 10],
      ['chineseCountingThousand', 10],
      ['chineseCountingThousand', 110],
      ['chineseLegalSimplified', 21],
      ['japaneseCounting', 100],
      ['koreanCounting', 20],
      ['ideographDigital', 10],
    ]),
    markers([
      'я ~ аа',
      'טו ~ טז',
      'ب ~ ج',
      'ก ~ ข',
      '९ ~ १०',
      '９ ~ １０',
      '⑳ ~ ㉑',
      'ア ~ イ',
      'イ ~ ロ',
      '가 ~ 나',
      '癸 ~ 11',
      '十 ~ 十一',
      '一百一十 ~ 一百一十一',
      '贰拾壹 ~ 贰拾贰',
      '百 ~ 百一',
      '이십 ~ 이십일',
      '一〇 ~ 一一',
    ]),
  ],
];
