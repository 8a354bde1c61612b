import { expect, test } from '@jest/globals';
import 'reflect-metadata';
import { creditsProgram } from '../../src/cli/program.js';
import { documentsOfTheRepository } from '../../scripts/check-documents.mjs';

const COMMAND = /npm run (?:--silent )?credits -- (?!"\$@"|…`)([^`\n|)]+)/g;
const AN_ID = '3f0c6f0a-8a55-4d1c-9b7e-4f020199a1c2';
const STANDING_FOR: Record<string, string> = { ID: AN_ID, ENTRY: AN_ID, AMOUNT: '50' };

const shown = [...documentsOfTheRepository()]
  .filter(([path]) => path !== 'CHANGELOG.md')
  .flatMap(([path, text]) =>
    [...text.matchAll(COMMAND)].map(([, line]): [string, string] => [line!.trim(), path]),
  );

/** The words of a line of shell, without what it is led to and what is remarked. */
function wordsOf(line: string): string[] {
  const [command] = line.split(/ (?:#|> )/);
  const words = command!.match(/'[^']*'|"[^"]*"|\S+/g)!;
  return words.map((word) => word.replaceAll(/^['"]|['"]$/g, '')).map((word) => STANDING_FOR[word] ?? word);
}

/** What the command line has against it, or nothing: the commands themselves do nothing here. */
function faultOf(line: string): string | undefined {
  const program = creditsProgram();
  for (const command of program.commands)
    command.action(() => undefined).configureOutput({ writeErr: () => undefined });
  program.configureOutput({ writeOut: () => undefined, writeErr: () => undefined });
  try {
    program.parse(wordsOf(line), { from: 'user' });
  } catch (error) {
    const { exitCode, message } = error as { exitCode: number; message: string };
    return exitCode === 0 ? undefined : message;
  }
}

test('there are such lines', () => {
  expect(shown.length).toBeGreaterThan(20);
});

test.each(shown)('the command line takes %s (%s)', (line) => {
  expect(faultOf(line)).toBeUndefined();
});

test.each(['clawback ENTRY', 'gift KEY AMOUNT', 'look ID --unused', 'refund-purchase ID --unused'])(
  'and not %s',
  (line) => {
    expect(faultOf(line)).toMatch(/missing required|unknown option|not specified/);
  },
);
