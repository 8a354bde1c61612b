import 'reflect-metadata';
import { Command, CommanderError } from 'commander';
import { EXIT_CONFIGURATION, EXIT_DATA, EXIT_UNAVAILABLE, EXIT_USAGE } from '../config/exit-codes.js';
import { ownVersion } from '../config/own-version.js';
import { startErrorOf } from '../database/start-error-of.js';
import { printable } from '../problems/printable.js';
import { problemOf } from '../problems/problem.js';
import { addActs } from './commands/acts.js';
import { addAllowances } from './commands/allow.js';
import { addBooks } from './commands/books.js';
import { addClaimFiles } from './commands/claim-files.js';
import { addEvents } from './commands/events.js';
import { addGifts } from './commands/gift.js';
import { addGroups } from './commands/groups.js';
import { addImport } from './commands/import.js';
import { addMoveGroup } from './commands/move-group.js';
import { addPurchases } from './commands/purchases.js';
import { addReads } from './commands/show.js';

const EXIT_CODES = `
Exit codes: 0 done, 1 refused or books that differ, 64 wrong use, 65 a file that is wrong, 69 try again later,
78 wrong configuration. With --json errors are one line of JSON on standard error. The settings are those of the server: .env and the environment.`;

/** Asked of the arguments themselves: they may be what is wrong. */
const isJson = process.argv.includes('--json');

function main(): Promise<Command> {
  const program = new Command('credits')
    .version(ownVersion())
    .description('For operators: give, take back, refund and explain credits.')
    .addHelpText('after', EXIT_CODES)
    .exitOverride()
    .showHelpAfterError('(--help tells more)');
  if (isJson) program.configureOutput({ writeErr: () => undefined });
  addReads(program);
  addActs(program);
  addAllowances(program);
  addGifts(program);
  addImport(program);
  addPurchases(program);
  addEvents(program);
  addBooks(program);
  addGroups(program);
  addMoveGroup(program);
  addClaimFiles(program);
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
