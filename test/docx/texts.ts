import { bold, cell, p, parts, r, row, type Construction } from './wordprocessing.js';

/** How Word writes texts, tables and tracked changes, and the lines it means. */
export const texts: Construction[] = [
  [
    'a table by rows, and by cells where one has more than a line',
    parts(
      `<w:tbl>${row(cell(p(r('a'))) + cell(p('')) + cell(p(r('c', '<w:b/>'))))}${row(cell(p(r('d')) + p(r('e'))) + cell(p(r('f'))))}</w:tbl>`,
    ),
    ['a\t\t*c*', 'd', 'e', 'f'],
  ],
  [
    'a table within a table',
    parts(
      `<w:tbl>${row(cell(p(r('a')) + `<w:tbl>${row(cell(p(r('b'))) + cell(p(r('c'))))}</w:tbl>`) + cell(p(r('d'))))}</w:tbl>`,
    ),
    ['a', 'b\tc', 'd'],
  ],
  [
    'tracked changes as accepted',
    parts(
      p(
        r('a') +
          `<w:ins>${r('b')}</w:ins><w:del>${r('c')}<w:r><w:delText>d</w:delText></w:r></w:del><w:moveFrom>${r('e')}</w:moveFrom><w:moveTo>${r('f')}</w:moveTo>`,
      ),
    ),
    ['abf'],
  ],
  [
    'a paragraph that goes on where its end was deleted',
    parts(
      p(r('a'), '<w:jc w:val="center"/><w:rPr><w:del/></w:rPr>') +
        p(r('b')) +
        p(r('c'), '<w:rPr><w:del/></w:rPr>'),
    ),
    ['ab', 'c'],
  ],
  [
    'a row that was deleted',
    parts(`<w:tbl>${row(cell(p(r('a'))), '<w:del/>')}${row(cell(p(r('b'))))}</w:tbl>`),
    ['b'],
  ],
  [
    'what properties were before a change',
    parts(
      p(
        r('a', '<w:rPrChange><w:rPr><w:b/></w:rPr></w:rPrChange>'),
        '<w:pPrChange><w:pPr><w:jc w:val="right"/></w:pPr></w:pPrChange>',
      ),
    ),
    ['a'],
  ],
  ['the look of a paragraph’s mark is not that of its text', parts(p(r('a'), bold)), ['a']],
  [
    'one of two renderings',
    parts(
      `<w:p><w:r><mc:AlternateContent xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006"><mc:Choice><w:txbxContent>${p(r('in a box', '<w:i/>'))}</w:txbxContent></mc:Choice><mc:Fallback>${p(r('again'))}</mc:Fallback></mc:AlternateContent></w:r>${r('around it')}</w:p>`,
    ),
    ['/in a box/', 'around it'],
  ],
  [
    'tabs, breaks and hyphens, but no tab stops',
    parts(
      `<w:p><w:pPr><w:tabs><w:tab w:val="left"/></w:tabs></w:pPr><w:r><w:t>a</w:t><w:tab/><w:t>b</w:t><w:br/><w:t>c</w:t><w:noBreakHyphen/><w:t>d</w:t><w:softHyphen/><w:cr/><w:t>e</w:t></w:r></w:p>`,
    ),
    ['a\tb\nc\u2011d\u00ad\ne'],
  ],
  [
    'white space only where it is to be kept',
    parts('<w:p><w:r><w:t> a </w:t></w:r><w:r><w:t xml:space="preserve"> b </w:t></w:r></w:p>'),
    ['a b '],
  ],
  [
    'fields by their result',
    parts(
      '<w:p><w:r><w:fldChar w:fldCharType="begin"/><w:instrText>PAGE</w:instrText><w:fldChar w:fldCharType="separate"/><w:t>7</w:t></w:r></w:p>',
    ),
    ['7'],
  ],
  [
    'text in links, controls and formulas',
    parts(
      `<w:p><w:hyperlink>${r('a')}</w:hyperlink><w:sdt><w:sdtContent>${r('b')}</w:sdtContent></w:sdt><m:oMath xmlns:m="http://schemas.openxmlformats.org/officeDocument/2006/math"><m:r><m:t>x</m:t></m:r></m:oMath></w:p>`,
    ),
    ['abx'],
  ],
  [
    'CDATA and character references',
    parts('<w:p><w:r><w:t><![CDATA[<a>]]>&amp;&#x1F30A;</w:t></w:r></w:p>'),
    ['<a>&🌊'],
  ],
  [
    'notes in the order in which they are referred to',
    parts(
      p(r('a') + '<w:r><w:endnoteReference w:id="1"/></w:r>') +
        p(r('b') + '<w:r><w:footnoteReference w:id="5"/></w:r>'),
      {
        footnotes: `<w:footnote w:id="0">${p(r('separator'))}</w:footnote><w:footnote w:id="5">${p('<w:r><w:footnoteRef/></w:r>' + r(' five', '<w:i/>')) + p(r('more'))}</w:footnote>`,
        endnotes: `<w:endnote w:id="1">${p(r('one'))}</w:endnote>`,
      },
    ),
    ['a[1]', 'b[2]', '[1] one', '[2] /five/', 'more'],
  ],
];
