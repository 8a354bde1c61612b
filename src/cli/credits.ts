import 'reflect-metadata';
import { CommanderError, type Command } from 'commander';
import { EXIT_CONFIGURATION, EXIT_DATA, EXIT_UNAVAILABLE, EXIT_USAGE } from '../config/exit-codes.js';
import { startErrorOf } from '../database/start-error-of.js';
import { printable } from '../problems/printable.js';
import { problemOf } from '../problems/problem.js';
import { creditsProgram } from './program.js';

/** Asked of the arguments themselves: they may be what is wrong. */
const isJson = process.argv.includes('--json');

function main(): Promise<Command> {
  const program = creditsProgram();
  if (isJson) program.configureOutput({ writeErr: () => undefined });
  return program.parseAsync();
}

// A reader of no more than the head of an answer closes the pipe; the work is done by then, so this is not a failure.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error;
  process.exit();
});

/** Settles when the command has ended, for a program that runs one after the other. */
export const ended = main().catch((error: unknown) => {
  const { code, detail, exitCode, ...facts } = endOf(error);
  if (isJson && exitCode !== 0)
    process.stderr.write(`${JSON.stringify({ code, detail, ...facts, exitCode })}\n`);
  else if (detail !== '')
    process.stderr.write(`${printableLines(facts.status === undefined ? detail : `${code}: ${detail}`)}\n`);
  process.exitCode = exitCode;
  // A start that is refused half way leaves connections that nobody can close any more, and they would keep the process.
  if (exitCode !== 0) setImmediate(() => process.exit());
});

interface End extends Record<string, unknown> {
  code: string;
  detail: string;
  exitCode: number;
}

/** What to say at the end, and with which exit code; for a refusal, what the HTTP route would answer. */
function endOf(error: unknown): End {
  if (error instanceof CommanderError) return { code: 'usage', ...usageEndOf(error) };
  const { status, body } = problemOf(error, { id: 'command line', url: '' });
  // A reason not to start, or a bug; everything else has a code that says whether it passes by itself.
  if (body.code === 'internal') {
    const { message, exitCode } = startErrorOf(error);
    return { code: CODES[exitCode] ?? 'internal', detail: message, exitCode };
  }
  const { instance: _, requestId: __, ...problem } = body;
  return { ...problem, detail: String(body['detail']), exitCode: status === 503 ? EXIT_UNAVAILABLE : 1 };
}

const CODES: Record<number, string> = {
  [EXIT_USAGE]: 'usage',
  [EXIT_DATA]: 'data',
  [EXIT_UNAVAILABLE]: 'unavailable',
  [EXIT_CONFIGURATION]: 'configuration',
};

/** Commander has said it already, but in JSON; asking for help is not a mistake. */
function usageEndOf({ exitCode, message }: CommanderError): { detail: string; exitCode: number } {
  const detail = isJson ? message.replace(/^error: /, '') : '';
  return { detail, exitCode: exitCode === 0 ? 0 : EXIT_USAGE };
}

/** Of several lines, the lines stay. */
function printableLines(text: string): string {
  return text.split('\n').map(printable).join('\n');
}
