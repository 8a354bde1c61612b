import 'reflect-metadata';
import { CommanderError, type Command } from 'commander';
import { EXIT_CONFIGURATION, EXIT_DATA, EXIT_UNAVAILABLE, EXIT_USAGE } from '../config/exit-codes.js';
import { startErrorOf } from '../database/start-error-of.js';
import { printable } from '../problems/printable.js';
import { problemOf } from '../problems/problem.js';
import { creditsProgram } from './program.js';

/** Read from the raw arguments, because parsing them may be what failed. */
const isJson = process.argv.includes('--json');

function main(): Promise<Command> {
  return creditsProgram(isJson).parseAsync();
}

// A reader such as `head` closes the pipe early. The work is done by then, so this is no failure.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error;
  process.exit();
});

/** Settles once the command has ended, for a program that runs several in turn. */
export const ended = main().catch((error: unknown) => {
  const { code, detail, exitCode, ...facts } = endOf(error);
  if (isJson && exitCode !== 0)
    process.stderr.write(`${JSON.stringify({ code, detail, ...facts, exitCode })}\n`);
  else if (detail !== '')
    process.stderr.write(`${printableLines(facts.status === undefined ? detail : `${code}: ${detail}`)}\n`);
  process.exitCode = exitCode;
  // A start that is refused half way leaves connections that nothing can close, and they would keep the process
  // alive.
  if (exitCode !== 0) setImmediate(() => process.exit());
});

interface End extends Record<string, unknown> {
  code: string;
  detail: string;
  exitCode: number;
}

/** The final message and exit code; a refusal reads as the HTTP route would answer. */
function endOf(error: unknown): End {
  if (error instanceof CommanderError) return { code: 'usage', ...usageEndOf(error) };
  const { status, body } = problemOf(error, { id: 'command line', url: '' });
  // A reason not to start, or a bug; all other errors have a code that says whether they pass by themselves.
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

/** Escapes what is unprintable; line breaks stay. */
function printableLines(text: string): string {
  return text.split('\n').map(printable).join('\n');
}
