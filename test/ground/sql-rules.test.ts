import { expect, test } from '@jest/globals';
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import ts from 'typescript';

// Who may say what in SQL: import rules see no statement. The ledger's tables are the ledger's business, so that a column
// may be renamed, and a wallet moved to another schema or server, without a look at the rest of the house.

const root = join(import.meta.dirname, '..', '..', 'src');

/** `FROM credits.wallets`, `credits.erase($1)`, `"credits" . entries` … The names of two events look alike. */
const NAMES_THE_LEDGER = /(?<![\w./-])"?credits"?\s*\.\s*"?(?!(?:expiring|refilled)\b)([a-z_]|\$\{\})/i;
/** `SELECT … FROM ledger_entries` after a search_path was set. */
const TABLES_OF_ITS_OWN =
  /\b(ledger_entries|running_holds|ended_holds|former_holds|forget_holds|grant_terms|grant_layers|person_hash|check_wallets|entry_of_key|version_at|holds_before|latest_holds)\b/;
const OTHER_TABLES =
  'wallets|entries|holds|grants|actors|reasons|descriptions|refunds|clawbacks|answers|gifts|erasures|allowances|allowance_terms|monthly_grant|price_lists|outbox|events|placement';
/** The same, and `FROM ${schema}.wallets`, whatever the schema's name comes from. */
const TABLES_OF_SOME_SCHEMA = new RegExp(
  `(\\$\\{\\}"?\\s*\\.\\s*|\\b(from|join|into|update|table|only)\\s+)"?(${OTHER_TABLES})\\b`,
  'i',
);
/** For a query builder or an entity of TypeORM. */
const IS_A_TABLE = new RegExp(`^"?credits"?\\."?(${OTHER_TABLES})"?$`, 'i');
const IS_SQL =
  /\b(SELECT|INSERT|UPDATE|DELETE|FROM|JOIN|INTO|CALL|LOCK|TRUNCATE|ALTER|to_regclass)\b|^\s*(select|insert\s+into|update|delete\s+from|with|merge\s+into|copy|truncate|alter|call|lock)\b/;

interface Text {
  file: string;
  text: string;
}

/** A file without its comments. */
function codeOf(source: string): string {
  return source.replace(/\/\*[^]*?\*\//g, '').replace(/(^|\s)\/\/.*$/gm, '');
}

/** Every string of a file as the program has it, in one piece where it is put together; `${}` for what is put in. */
function stringsOf(file: string, source: string): Text[] {
  const found: Text[] = [];
  const visit = (node: ts.Node): void => {
    const within: ts.Node[] = [];
    const text = textOf(node, within);
    if (text === undefined) return ts.forEachChild(node, visit);
    found.push({ file, text });
    within.forEach(visit);
  };
  visit(ts.createSourceFile(file, source, ts.ScriptTarget.Latest));
  return found;
}

/** Undefined where it is no string; `within` takes the expressions that are put into it. */
function textOf(node: ts.Node, within: ts.Node[]): string | undefined {
  if (ts.isStringLiteralLike(node)) return node.text;
  if (ts.isParenthesizedExpression(node)) return textOf(node.expression, within);
  if (ts.isTemplateExpression(node)) {
    within.push(...node.templateSpans.map(({ expression }) => expression));
    return [node.head.text, ...node.templateSpans.map(({ literal }) => literal.text)].join('${}');
  }
  if (!ts.isBinaryExpression(node) || node.operatorToken.kind !== ts.SyntaxKind.PlusToken) return undefined;
  const sides = [node.left, node.right].map((side) => ({ side, text: textOf(side, within) }));
  if (sides.every(({ text }) => text === undefined)) return undefined;
  within.push(...sides.filter(({ text }) => text === undefined).map(({ side }) => side));
  return sides.map(({ text }) => text ?? '${}').join('');
}

const strings = new Map<string, Text[]>();

function stringsIn(file: string): Text[] {
  let found = strings.get(file);
  if (found === undefined)
    strings.set(file, (found = stringsOf(file, readFileSync(join(root, file), 'utf8'))));
  return found;
}

function statementsOutside(allowed: RegExp): Text[] {
  return readdirSync(root, { recursive: true, encoding: 'utf8' })
    .filter((file) => /\.([cm]?[jt]sx?|sql)$/.test(file) && !allowed.test(file))
    .flatMap((file) => {
      if (!file.endsWith('.sql')) return stringsIn(file);
      return [{ file, text: readFileSync(join(root, file), 'utf8').replace(/--.*$/gm, '') }];
    })
    .filter(({ text }) => IS_SQL.test(text) || IS_A_TABLE.test(text));
}

const speaksOfTheLedger = ({ text }: Text) =>
  [NAMES_THE_LEDGER, TABLES_OF_ITS_OWN, TABLES_OF_SOME_SCHEMA].some((rule) => rule.test(text));

test('no statement outside the credit system names a table, a view or a function of the ledger', () => {
  expect(statementsOutside(/^credits\//).filter(speaksOfTheLedger)).toEqual([]);
});

test('no statement of the credit system names the schema that its ledger lives in', () => {
  const statements = statementsOutside(/^(?!credits\/)|^credits\/ledger\/migrations\/0011/);
  expect(statements.filter(({ text }) => NAMES_THE_LEDGER.test(text))).toEqual([]);
});

// A function that may answer otherwise for each row bounds no index: all that is due some day would be read at each look.
test('what is due is asked for by a time that bounds the index, (SELECT clock_timestamp())', () => {
  // One statement names its wallets.
  const unbounded = statementsOutside(/migrations|refill-together/).filter(({ text }) =>
    /\w*due_at\s*<=?\s*clock_timestamp\(\)/.test(text),
  );
  expect(unbounded).toEqual([]);
});

// What a function forbids costs ten thousand million, and what is so dear PostgreSQL compiles first: half a second a call
// where `jit` is on, as it is on every server that nobody set up otherwise.
test('a function that forbids a way of reading is never compiled for its cost', () => {
  const folder = join(root, 'credits/ledger');
  const heads = readdirSync(folder)
    .filter((file) => file.endsWith('.sql'))
    .flatMap(
      (file) =>
        readFileSync(join(folder, file), 'utf8')
          .replace(/--.*$/gm, '')
          .match(/CREATE OR REPLACE FUNCTION[^;]*?AS \$\$/g) ?? [],
    );
  const forbidding = heads.filter((head) => head.includes('SET enable_'));
  expect(forbidding.length).toBeGreaterThan(10);
  expect(forbidding.filter((head) => !head.includes('SET jit = off'))).toEqual([]);
});

// A place is one only within its table: where a ledger is spread over several, it alone wrote other people's rows.
test('a row that is written by its place is named by its wallet, too', () => {
  const folder = join(root, 'credits/ledger');
  const byPlace = readdirSync(folder)
    .filter((file) => file.endsWith('.sql'))
    .flatMap((file) => {
      const sql = readFileSync(join(folder, file), 'utf8').replace(/--.*$/gm, '');
      return [...sql.matchAll(/(\w+)\.ctid = \S+(.*)/g)].map(([line, alias, rest]) => ({
        file,
        line,
        isNamed: new RegExp(`^ AND ${alias}\\.(wallet|number) = `).test(rest!),
      }));
    });
  expect(byPlace.length).toBeGreaterThan(5);
  expect(byPlace.filter(({ isNamed }) => !isNamed)).toEqual([]);
});

test.each([
  "const sql = 'SELECT balance FROM credits.wallets WHERE user_id = $1';",
  'await tx.query(`UPDATE "credits".wallets SET balance = 0`);',
  'query(`SELECT credits.erase($1, $2)`)',
  "query(`SELECT to_regclass('credits.erasures')`)",
  'query(`SET search_path = credits; SELECT count(*) FROM ledger_entries`)',
  'query(`DELETE\n FROM credits.answers`)',
  "query('select balance from credits.wallets')",
  'query(`SELECT * FROM credits . entries`)',
  'query(`SELECT * FROM "credits"  .  "entries"`)',
  "query('SELECT balance FROM ' + 'credits.' + 'wallets')",
  "query('SELECT * FROM credits.' + table)",
  'query(`SELECT balance FROM ${schema}.wallets`)',
  "query('SELECT balance FROM ' + schema + '.wallets')",
  "query('UPDATE wallets SET balance = 0')",
  "builder.from('credits.wallets', 'w')",
  "const glob = '*/*'; query('SELECT * FROM credits.holds'); /* after it */",
  "const link = 'a // b'; query('SELECT * FROM credits.holds');",
])('the rule sees %s', (line) => {
  const found = stringsOf('somewhere.ts', line).filter(
    ({ text }) => IS_SQL.test(text) || IS_A_TABLE.test(text),
  );
  expect(found.filter(speaksOfTheLedger)).toHaveLength(1);
});

test.each([
  "import { CreditsService } from '../credits/index.js';",
  '/** From a row of credits.grants. */',
  'const question = `Give credits to everybody? SELECT one`;',
  'query(`SELECT id FROM library.documents WHERE user_id = $1`)',
  "const told = 'They are taken from grants of your credits. Then from others.';",
])('the rule lets %s through', (line) => {
  const found = stringsOf('somewhere.ts', line).filter(({ text }) => IS_SQL.test(text));
  expect(found.filter(speaksOfTheLedger)).toEqual([]);
});

/** `'25006'`: three signs that say what went wrong, and two digits. ES256 and its like are no such codes. */
const SPELLS_A_SQLSTATE = /^(?!ES|RS|HS)[0-9A-Z]{2}[0-9P]\d\d$/;

test('a SQLSTATE is spelt in one place', () => {
  const files = readdirSync(root, { recursive: true, encoding: 'utf8' }).filter((file) =>
    file.endsWith('.ts'),
  );
  const spelling = files.flatMap(stringsIn).filter(({ text }) => SPELLS_A_SQLSTATE.test(text));
  expect([...new Set(spelling.map(({ file }) => file))]).toEqual(['credits/ledger/sqlstate.ts']);
});

// Wallets may be on several servers. Whoever works for a user asks src/database/wallet-database.ts for the database, and
// holds none.
const MAY_HOLD_A_DATA_SOURCE = /^(database|credits)\/|^app\.module\.ts$/;
const HOLDS_A_DATA_SOURCE =
  /\bDataSource\b|\bInject(DataSource|Repository|EntityManager)\b|\bgetDataSourceToken\b/;

test('no feature holds a DataSource or a repository of its own', () => {
  const files = readdirSync(root, { recursive: true, encoding: 'utf8' }).filter(
    (file) => file.endsWith('.ts') && !MAY_HOLD_A_DATA_SOURCE.test(file),
  );
  const holding = files.filter((file) =>
    HOLDS_A_DATA_SOURCE.test(codeOf(readFileSync(join(root, file), 'utf8'))),
  );
  expect(holding).toEqual([]);
});

test.each([
  "import { DataSource, type EntityManager } from 'typeorm';",
  'constructor(@InjectRepository(Document) rows: Repository<Document>) {}',
])('that rule sees %s', (line) => {
  expect(codeOf(line)).toMatch(HOLDS_A_DATA_SOURCE);
});
