// What no reader should find first: links that lead nowhere, commands that are not there, tables nobody can read.
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { pathToFileURL } from 'node:url';

const LONGEST_CELL = 200;
const LONGEST_README = 200;
const INDEX = 'docs/README.md';

/**
 * @param {Map<string, string>} documents Markdown by its path
 * @param {{ scripts: Iterable<string>, verbs: Iterable<string>, exists: (path: string) => boolean }} known
 * @returns {string[]} `file:line: what is wrong`
 */
export function faultsOf(documents, { scripts, verbs, exists }) {
  const anchors = new Map([...documents].map(([path, text]) => [path, anchorsOf(text)]));
  const [known, commands] = [new Set(scripts), new Set(verbs)];
  return [...documents].flatMap(([path, text]) => [
    ...(path === 'README.md' ? tooLong(path, text) : []),
    ...(path === INDEX ? unlisted(text, documents) : []),
    ...linesOf(text).flatMap(({ line, isCode }, index) => {
      const found = [
        // A status at the beginning of a sentence makes a list of one that begins with 401.
        !isCode && /^\d{3,}\. /.test(line) && 'a sentence that begins with a number is taken for a list',
        // Somebody copies it, and a shell takes the break for its end.
        !isCode && isCut(line) && 'a piece of code that goes on in the next line',
        ...linksIn(line).map((target) => faultOfLink(path, target, anchors, exists)),
        ...cellsIn(line).map((cell) => cell.length > LONGEST_CELL && `a cell of ${cell.length} signs`),
        ...scriptsIn(line).map((name) => !known.has(name) && `there is no "npm run ${name}"`),
        ...verbsIn(line, isCode).map(
          (verb) => !commands.has(verb) && `there is no command "credits ${verb}"`,
        ),
      ];
      return found.filter(Boolean).map((fault) => `${path}:${index + 1}: ${fault}`);
    }),
  ]);
}

function tooLong(path, text) {
  const lines = text.trimEnd().split('\n').length;
  return lines > LONGEST_README ? [`${path}:${lines}: more than ${LONGEST_README} lines`] : [];
}

/** A page that no task leads to is found by nobody. */
function unlisted(index, documents) {
  const listed = new Set(linksIn(index).map((target) => join('docs', target.split('#')[0])));
  const pages = [...documents.keys()].filter((path) => path.startsWith('docs/') && path !== INDEX);
  return pages.filter((path) => !listed.has(path)).map((path) => `${INDEX}: no line leads to ${path}`);
}

const linksIn = (line) => [...line.matchAll(/\]\(([^)\s]+)\)/g)].map(([, target]) => target);
const cellsIn = (line) => (/^\|(?! *:?-)/.test(line) ? line.split('|').map((cell) => cell.trim()) : []);
const scriptsIn = (line) =>
  [...line.matchAll(/npm run (?:--silent |-s )?([a-z][\w:-]*)/g)].map(([, name]) => name);
// In the operator's day `credits` stands for it, at the beginning of a line of code or within `$( … )`.
const verbsIn = (line, isCode) => {
  const typed = isCode
    ? /(?:-- |^|\$\()credits (?:-- )?(?!--)([a-z][a-z-]*)/g
    : /`(?:npm run )?credits (?:-- )?(?!--)([a-z][a-z-]*)/g;
  return [
    ...line.matchAll(typed),
    ...line.matchAll(/npm run (?:--silent )?credits -- (?!--)([a-z][a-z-]*)/g),
  ].map(([, verb]) => verb);
};

/** Each with whether it stands in a block of code. */
function linesOf(text) {
  let isCode = false;
  return text.split('\n').map((line) => {
    if (line.startsWith('```')) isCode = !isCode;
    return { line, isCode };
  });
}

const isCut = (line) => !line.startsWith('```') && line.split('`').length % 2 === 0;

function faultOfLink(path, target, anchors, exists) {
  if (/^[a-z]+:/.test(target)) return undefined;
  const [file, anchor] = target.split('#');
  const place = file === '' ? path : normalize(join(dirname(path), file));
  if (!exists(place)) return `a link to ${target}, which is not there`;
  if (anchor === undefined || !anchors.has(place)) return undefined;
  return anchors.get(place).has(anchor) ? undefined : `a link to ${target}, which has no such heading`;
}

/** As GitHub makes them of headings. */
function anchorsOf(text) {
  const seen = new Map();
  const headings = text.replace(/^```[^]*?^```/gm, '').matchAll(/^#{1,6} +(.+?) *$/gm);
  return new Set(
    [...headings].map(([, heading]) => {
      const slug = heading
        .toLowerCase()
        .replace(/[^\p{L}\p{N}\s_-]/gu, '')
        .replaceAll(' ', '-');
      const times = seen.get(slug) ?? 0;
      seen.set(slug, times + 1);
      return times === 0 ? slug : `${slug}-${times}`;
    }),
  );
}

/** The commands that the command line declares. */
export function verbsOf(folder) {
  const sources = readdirSync(folder).map((name) => readFileSync(join(folder, name), 'utf8'));
  return sources.flatMap((source) => [...source.matchAll(/\.command\('([a-z-]+)/g)].map(([, verb]) => verb));
}

export function documentsOfTheRepository() {
  const list = execFileSync('git', ['ls-files', '-co', '--exclude-standard', '*.md'], { encoding: 'utf8' });
  const paths = list.split('\n').filter((path) => path !== '' && existsSync(path));
  return new Map(paths.map((path) => [path, readFileSync(path, 'utf8')]));
}

export function faultsOfTheRepository() {
  const { scripts } = JSON.parse(readFileSync('package.json', 'utf8'));
  return faultsOf(documentsOfTheRepository(), {
    scripts: Object.keys(scripts),
    verbs: [...verbsOf('src/cli/commands'), 'help'],
    exists: existsSync,
  });
}

if (import.meta.url === pathToFileURL(process.argv[1]).href) {
  const faults = faultsOfTheRepository();
  for (const fault of faults) console.error(fault);
  process.exitCode = faults.length > 0 ? 1 : 0;
}
