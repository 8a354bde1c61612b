import { expect, test } from '@jest/globals';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { faultsOf, faultsOfTheRepository } from '../../scripts/check-documents.mjs';

const known = { scripts: ['token', 'credits'], verbs: ['grant', 'refund-purchase'], exists: existsSync };
const faults = (text: string, path = 'docs/some.md') =>
  faultsOf(
    new Map([
      [path, text],
      [
        'docs/other.md',
        '# Other\n\n## A `code`, and more\n\n## Twice\n\n## Twice\n\n```sh\n# No heading\n```\n',
      ],
    ]),
    { ...known, exists: (place: string) => place === 'docs/other.md' || place === path },
  );

test.each([
  ['a file that is not there', '[gone](gone.md)', /docs\/some\.md:1: a link to gone\.md, which is not there/],
  ['a heading that is not there', '\n[gone](other.md#gone)', /:2: .* no such heading/],
  ['what only looks like a heading', '[code](other.md#no-heading)', /no such heading/],
  ['a third of two', '[twice](other.md#twice-2)', /no such heading/],
  ['a script that is not there', 'type `npm run --silent tokens`', /no "npm run tokens"/],
  ['a command that is not there', '`npm run credits -- give alice`', /no command "credits give"/],
  ['a command within a line', '```sh\nX=$(credits gran carol)\n```', /no command "credits gran"/],
  ['a status that begins a list', '401. There is no token.', /taken for a list/],
  ['a piece of code over two lines', 'type `npm run\ntoken`', /:1: a piece of code that goes on/],
  ['a cell that nobody reads', `| a | ${'x'.repeat(201)} |`, /a cell of 201 signs/],
])('the check sees %s', (_what, text, fault) => {
  expect(faults(text).join('\n')).toMatch(fault);
});

test('the check sees a README that is too long', () => {
  expect(faults('line\n'.repeat(201), 'README.md')).toEqual(['README.md:201: more than 200 lines']);
});

test('the check sees a page that the list of documents leaves out', () => {
  expect(faults('[itself](README.md)', 'docs/README.md')).toEqual([
    'docs/README.md: no line leads to docs/other.md',
  ]);
  expect(faults('[listed](other.md#other)', 'docs/README.md')).toEqual([]);
});

test.each([
  '[there](other.md), [here](#one)\n\n# One',
  '[a heading](other.md#a-code-and-more), [the second](other.md#twice-1)',
  '[far](https://nowhere.example/gone.md)',
  'npm run --silent token -- --user alice',
  '```sh\ncredits refund-purchase ID\nnpm run credits -- --help\n```\ncredits move',
  `| a | ${'x'.repeat(200)} |\n| --- | ${'-'.repeat(300)} |`,
])('the check lets through %s', (text) => {
  expect(faults(text)).toEqual([]);
});

test('the documents have none of these', () => {
  expect(faultsOfTheRepository()).toEqual([]);
});

test('a newcomer types at most five words', () => {
  const start = readFileSync(join(import.meta.dirname, '../../docs/start.md'), 'utf8');
  const typed = /<!-- start.*?```sh\n(.*?)```/s.exec(start)![1]!;
  const words = typed.split(/\s+/).filter((word) => /\w/.test(word));
  expect(words).toEqual(['npm', 'ci', 'npm', 'start']);
});
