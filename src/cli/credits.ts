import 'reflect-metadata';
import { Command, CommanderError } from 'commander';
import { EXIT_UNAVAILABLE, EXIT_USAGE } from '../config/exit-codes.js';
import { startErrorOf } from '../config/start-error.js';
import { printable } from '../http/printable.js';
import { problemOf } from '../http/problem.js';
import { addActs } from './commands/acts.js';
import { addBooks } from './commands/books.js';
import { addGifts } from './commands/gift.js';
import { addImport } from './commands/import.js';
import { addReads } from './commands/show.js';

const EXIT_CODES = `
Exit codes: 0 done, 1 refused or books that differ, 64 wrong use, 65 a file that is wrong, 69 try again later,
78 wrong configuration. The settings are those of the server: .env and the environment.`;

function main(): Promise<Command> {
  const program = new Command('credits')
    .description("An operator's work: give, take back, refund and explain credits.")
    .addHelpText('after', EXIT_CODES)
    .exitOverride()
    .showHelpAfterError('(--help tells more)');
  addReads(program);
  addActs(program);
  addGifts(program);
  addImport(program);
  addBooks(program);
  return program.parseAsync();
}

// Who reads no more than the head of an answer closes the pipe; the work is done by then, and that is no failure.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error;
  process.exit();
});

main().catch((error: unknown) => {
  const { message, exitCode } = endOf(error);
  if (message !== '') process.stderr.write(`${message}\n`);
  process.exitCode = exitCode;
});

/** What to say at the end, and with which exit code. */
function endOf(error: unknown): { message: string; exitCode: number } {
  // Commander has said it already; asking for help is no mistake.
  if (error instanceof CommanderError) {
    return { message: '', exitCode: error.exitCode === 0 ? 0 : EXIT_USAGE };
  }
  const { status, body } = problemOf(error, { id: 'command line', url: '' });
  // A reason not to start, or a bug; everything else has a code that says whether it passes by itself.
  if (body.code === 'internal') return startErrorOf(error);
  const exitCode = status === 503 ? EXIT_UNAVAILABLE : 1;
  return { message: printable(`${body.code}: ${String(body['detail'])}`), exitCode };
}
