import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { PROBLEMS, type ProblemCode } from './problem-codes.js';

/** The page at the `type` of a problem. Texts are one line of Markdown, with `code` as the only markup. */
export interface ProblemPage {
  type: string;
  code: ProblemCode;
  status: number;
  title: string;
  whatHappened: string;
  whatToDo: string;
}

/** The only source of the text about a code, for the document and for the server. */
const DOCUMENT = join(import.meta.dirname, '../../docs/problems.md');
const TO_DO = 'What to do: ';

/** The page of every code, by the last part of its address; a code without its section has none. */
export function readProblemPages(document = readFileSync(DOCUMENT, 'utf8')): Map<string, ProblemPage> {
  const pages = new Map<string, ProblemPage>();
  for (const section of document.split(/^## /m).slice(1)) {
    const [code = '', ...paragraphs] = section
      .split(/\n{2,}/)
      .map((text) => text.trim().replace(/\s+/g, ' '));
    if (isCode(code)) pages.set(nameOf(code), pageOf(code, paragraphs));
  }
  return pages;
}

let pages: Map<string, ProblemPage> | undefined;

/** Read once, on the first request. */
export function problemPages(): Map<string, ProblemPage> {
  return (pages ??= readProblemPages());
}

function pageOf(code: ProblemCode, paragraphs: string[]): ProblemPage {
  const [status, title] = PROBLEMS[code];
  const isToDo = (text: string) => text.startsWith(TO_DO);
  const said = (texts: string[]) => texts.filter((text) => text !== '').join(' ');
  return {
    type: `/problems/${nameOf(code)}`,
    code,
    status,
    title,
    whatHappened: said(paragraphs.filter((text) => !isToDo(text))),
    whatToDo: said(paragraphs.filter(isToDo)).replaceAll(TO_DO, ''),
  };
}

const isCode = (text: string): text is ProblemCode => Object.hasOwn(PROBLEMS, text);
const nameOf = (code: ProblemCode) => code.replaceAll('_', '-');

/** No inline style or script, because the server's policy allows none. */
export function htmlOf({ code, status, title, whatHappened, whatToDo }: ProblemPage): string {
  return `<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8" />
    <meta name="viewport" content="width=device-width, initial-scale=1" />
    <meta name="color-scheme" content="light dark" />
    <title>${toHtml(title)}</title>
  </head>
  <body>
    <main>
      <h1>${toHtml(title)}</h1>
      <p><code>${code}</code>, status ${status}</p>
      <h2>What happened</h2>
      <p>${toHtml(whatHappened)}</p>
      <h2>What to do</h2>
      <p>${toHtml(whatToDo)}</p>
      <p><a href="/">creditgate</a></p>
    </main>
  </body>
</html>
`;
}

const SIGNS: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };

function toHtml(markdown: string): string {
  return markdown.replace(/[&<>"]/g, (sign) => SIGNS[sign]!).replace(/`([^`]+)`/g, '<code>$1</code>');
}
