import { bold, p, parts, r, style, styled, type Construction } from './wordprocessing.js';

const namespaces =
  'xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006" xmlns:w14="http://schemas.microsoft.com/office/word/2010/wordml" xmlns:wps="http://schemas.microsoft.com/office/word/2010/wordprocessingShape" xmlns:new="urn:example:new"';
const choice = (requires: string, inside: string) =>
  `<mc:Choice Requires="${requires}">${inside}</mc:Choice>`;
const fallback = (inside: string) => `<mc:Fallback>${inside}</mc:Fallback>`;
const either = (...forms: string[]) =>
  `<mc:AlternateContent ${namespaces}>${forms.join('')}</mc:AlternateContent>`;
const run = (inside: string, properties = '') => `<w:r><w:rPr>${properties}</w:rPr>${inside}</w:r>`;
const mark = (type: string) => run(`<w:fldChar w:fldCharType="${type}"/>`);
const instruction = (text: string) => run(`<w:instrText xml:space="preserve"> ${text} </w:instrText>`);
const field = (how: string, result: string) => mark('begin') + how + mark('separate') + result + mark('end');
const symbol = (font: string, char: string) => run(`<w:sym w:font="${font}" w:char="${char}"/>`);

/** Contents in several forms, fields, symbols, complex scripts and hidden text, and the lines they mean. */
export const oddities: Construction[] = [
  [
    'of contents in several forms the first that is understood',
    parts(
      p(
        r('a ') +
          either(
            choice('new', r('no')),
            choice('wps w14', r('one')),
            choice('w14', r('no')),
            fallback(r('no')),
          ),
      ),
    ),
    ['a one'],
  ],
  [
    'the fallback where none is understood, not even in part',
    parts(
      p(
        either(
          choice('new', r('no')),
          choice('wps new', r('no')),
          choice('nobody', r('no')),
          fallback(r('last')),
        ),
      ),
    ),
    ['last'],
  ],
  [
    'nothing where none is understood and there is no fallback',
    parts(p(r('a') + either(choice('new', r('no'))))),
    ['a'],
  ],
  [
    'forms around paragraphs, rows and what is in a run',
    parts(
      either(choice('new', p(r('no'))), fallback(p(r('a')))) +
        `<w:tbl>${either(choice('w14', '<w:tr><w:tc>' + p(r('b')) + '</w:tc></w:tr>'), fallback('<w:tr/>'))}</w:tbl>` +
        p(run(`<w:t>c</w:t>${either(choice('w14', '<w:tab/>'), fallback('<w:br/>'))}<w:t>d</w:t>`)),
    ),
    ['a', 'b', 'c\td'],
  ],
  [
    'forms within forms',
    parts(
      p(
        either(
          choice('new', either(choice('w14', r('no')), fallback(r('no')))),
          fallback(either(choice('new', r('no')), fallback(r('in'))) + r('side')),
        ),
      ),
    ),
    ['inside'],
  ],
  [
    'a field in the instruction of another, and one in its result',
    parts(
      p(
        r('Dear ') +
          field(
            instruction('IF') + field(instruction('MERGEFIELD g'), r('m')) + instruction('= "m"'),
            r('Sir'),
          ) +
          r(', ') +
          field(instruction('HYPERLINK'), r('see ') + field(instruction('PAGEREF'), r('7'))),
      ),
    ),
    ['Dear Sir, see 7'],
  ],
  [
    'a field whose result goes over paragraphs, and one without a result',
    parts(
      p(mark('begin') + instruction('TOC') + mark('separate') + r('One')) +
        p(r('Two') + mark('end') + mark('begin') + instruction('XE') + r('no') + mark('end') + r('!')),
    ),
    ['One', 'Two!'],
  ],
  [
    'the text behind a field that somebody forgot to end',
    parts(
      p(r('a ') + mark('begin') + instruction('PAGE') + r('b')) + p(r('c') + field(instruction('X'), r('d'))),
    ),
    ['a b', 'cd'],
  ],
  [
    'ends and results of fields that never began',
    parts(p(mark('end') + r('a') + mark('separate') + r('b'))),
    ['ab'],
  ],
  [
    'symbols, by Unicode and by the fonts that have their own',
    parts(
      p(
        symbol('Arial', '2192') +
          symbol('Symbol', 'F061') +
          symbol('symbol', '00B7') +
          symbol('Wingdings', 'F0E0') +
          symbol('Wingdings', 'F04A') +
          symbol('Wingdings 2', 'F050') +
          symbol('Webdings', 'F061') +
          symbol('Wingdings', 'F0FC') +
          symbol('Arial', 'nonsense'),
      ),
    ),
    ['→α•→☺✓✔✓'],
  ],
  [
    'codes of such a font in its text',
    parts(p(r('a') + r('\uf0ae', '<w:rFonts w:ascii="Symbol"/>') + r('b', '<w:rFonts w:ascii="Symbol"/>'))),
    ['a→b'],
  ],
  [
    'the bold and italic of complex scripts in runs from right to left, and in those that say so',
    parts(
      p(
        r('א', '<w:rtl/><w:bCs/>') +
          r('ב', '<w:rtl/><w:b/>') +
          r('ג', '<w:cs/><w:iCs/>') +
          r('d', '<w:bCs/><w:iCs/>') +
          r('ה', '<w:rtl w:val="0"/><w:b/>'),
        '<w:bidi/>',
      ),
    ),
    ['*א*ב/ג/d*ה*'],
  ],
  [
    'and where styles say so',
    parts(styled('Loud', 'א', '') + p(r('ב', '<w:rStyle w:val="Rtl"/><w:bCs/>')), {
      styles:
        style('Loud', '<w:rPr><w:rtl/><w:bCs/></w:rPr>') +
        style('Rtl', '<w:rPr><w:rtl/></w:rPr>', 'character'),
    }),
    ['*א*', '*ב*'],
  ],
  [
    'hidden text is none, its notes neither, and what is shown again is',
    parts(
      p(
        r('a ') +
          r('no', '<w:vanish/>') +
          run('<w:footnoteReference w:id="1"/>', '<w:vanish/>') +
          r('b', '<w:vanish w:val="0"/>'),
      ) +
        p(r('no', '<w:vanish/>')) +
        styled('Secret', 'no') +
        p(r('c', '<w:webHidden/>')),
      {
        styles: style('Secret', '<w:rPr><w:vanish/></w:rPr>'),
        footnotes: `<w:footnote w:id="1">${p(r('no'))}</w:footnote>`,
      },
    ),
    ['a b', 'c'],
  ],
  [
    'lines of the file, which are white space',
    parts('<w:p><w:r><w:t xml:space="preserve">one\n two\r\nthree&#13;four</w:t></w:r></w:p>'),
    ['one  two three four'],
  ],
  [
    'bold from its style, whatever form that has',
    parts(styled('Form', 'a'), {
      styles: either(choice('new', style('Form', '')), fallback(style('Form', bold))),
    }),
    ['*a*'],
  ],
];
