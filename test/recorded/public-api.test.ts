import { expect, test } from '@jest/globals';
import { join } from 'node:path';
import ts from 'typescript';
import { expectRecorded } from './recorded.js';

const DOOR = join(import.meta.dirname, '../../src/credits/index.ts');

/** What a host meets, and what a release may therefore not change without saying so in CHANGELOG.md. */
test('the door of the credit system offers what is recorded, and nothing else', async () => {
  const lines = exportsOf(DOOR);
  expect(lines.length).toBeGreaterThan(30);
  await expectRecorded('test/recorded/public-api.txt', `${lines.join('\n')}\n`);
});

/** Each exported name with its signature; of a class or an interface its public members. */
function exportsOf(path: string): string[] {
  const { config } = ts.readConfigFile(join(import.meta.dirname, '../../tsconfig.json'), (file) =>
    ts.sys.readFile(file),
  );
  const { options } = ts.convertCompilerOptionsFromJson(
    (config as { compilerOptions: object }).compilerOptions,
    '.',
  );
  const program = ts.createProgram([path], { ...options, noEmit: true });
  const checker = program.getTypeChecker();
  const door = checker.getSymbolAtLocation(program.getSourceFile(path)!)!;
  return checker
    .getExportsOfModule(door)
    .flatMap((symbol) => describe(symbol, checker))
    .sort();
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
