import { expect, test } from '@jest/globals';
import { join } from 'node:path';
import ts from 'typescript';
import { entries } from '../../package/entries.mjs';
import { expectRecorded } from './recorded.js';

const root = join(import.meta.dirname, '../..');

/** What a host meets, and what a release may therefore not change without saying so in CHANGELOG.md. */
test('the doors of the package offer what is recorded, and nothing else', async () => {
  const doors = exportsOf(Object.values(entries).map((source) => join(root, `src/${source}.ts`)));
  for (const lines of doors) expect(lines.length).toBeGreaterThan(1);
  const text = Object.keys(entries).map(
    (entry, index) => `# creditgate${entry.slice(1)}\n\n${doors[index]!.join('\n')}\n`,
  );
  await expectRecorded('test/recorded/public-api.txt', text.join('\n'));
});

/** Of each door the exported names with their signatures; of a class or an interface its public members. */
function exportsOf(paths: string[]): string[][] {
  const { config } = ts.readConfigFile(join(root, 'tsconfig.json'), (file) => ts.sys.readFile(file));
  const { options } = ts.convertCompilerOptionsFromJson(
    (config as { compilerOptions: object }).compilerOptions,
    '.',
  );
  const ambient = join(root, 'src/client/react-module.d.ts');
  const program = ts.createProgram([...paths, ambient], { ...options, noEmit: true });
  const checker = program.getTypeChecker();
  return paths.map((path) => {
    const door = checker.getSymbolAtLocation(program.getSourceFile(path)!)!;
    const symbols = checker.getExportsOfModule(door);
    return mergeable(symbols.flatMap((symbol) => describe(symbol, checker)).sort());
  });
}

const UNION_OF_TEXTS = /"[^"]*"(?: \| "[^"]*")+/g;

/**
 * Unions in the order of their members, by name where the door names them, and that name with a line for each: two
 * branches that add an error code then differ in one line each.
 */
function mergeable(lines: string[]): string[] {
  const inOrder = (union: string) => union.split(' | ').sort().join(' | ');
  const names = new Map<string, string>();
  const sorted = lines.map((line) => line.replace(UNION_OF_TEXTS, inOrder));
  for (const line of sorted) {
    const [, name, union] = /^type (\w+) = (".*")$/.exec(line) ?? [];
    if (name !== undefined && inOrder(union!) === union) names.set(union, name);
  }
  return sorted.map((line) =>
    line.startsWith('type ')
      ? line.replace(
          /^(type \w+ =) (".*" \| ".*")$/,
          (_, head, union) => `${head}\n  ${union.replaceAll(' | ', '\n  ')}`,
        )
      : line.replace(UNION_OF_TEXTS, (union) => names.get(union) ?? union),
  );
}

const FLAGS =
  ts.TypeFormatFlags.NoTruncation |
  ts.TypeFormatFlags.WriteArrayAsGenericType |
  ts.TypeFormatFlags.UseAliasDefinedOutsideCurrentScope;

function describe(exported: ts.Symbol, checker: ts.TypeChecker): string[] {
  const symbol = exported.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(exported) : exported;
  const name = exported.getName();
  const write = (type: ts.Type) => checker.typeToString(type, undefined, FLAGS);
  if ((symbol.flags & (ts.SymbolFlags.Class | ts.SymbolFlags.Interface)) !== 0) {
    const type = checker.getDeclaredTypeOfSymbol(symbol);
    return [
      name,
      ...type
        .getProperties()
        .filter(isPublic)
        .map((member) => `${name}.${signature(member)}`),
    ];
  }
  if ((symbol.flags & ts.SymbolFlags.TypeAlias) !== 0) {
    const type = checker.getDeclaredTypeOfSymbol(symbol);
    return [
      `type ${name} = ${checker.typeToString(type, undefined, FLAGS | ts.TypeFormatFlags.InTypeAlias)}`,
    ];
  }
  return [`${name}: ${write(checker.getTypeOfSymbol(symbol))}`];

  function signature(member: ts.Symbol): string {
    const isOptional = (member.flags & ts.SymbolFlags.Optional) !== 0;
    return `${member.getName()}${isOptional ? '?' : ''}: ${write(checker.getTypeOfSymbol(member))}`;
  }
}

function isPublic(member: ts.Symbol): boolean {
  if (member.getName().startsWith('#') || member.getName().startsWith('__')) return false;
  const hidden = ts.ModifierFlags.Private | ts.ModifierFlags.Protected;
  return (member.declarations ?? []).every(
    (declaration) =>
      (ts.getCombinedModifierFlags(declaration) & hidden) === 0 &&
      declaration.getSourceFile().fileName.includes('/src/'),
  );
}
