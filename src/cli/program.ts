import { Command } from 'commander';
import { ownVersion } from '../config/own-version.js';
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

/**
 * Every command of `npm run credits`, with its arguments and options; nothing runs before it is parsed.
 * `isSilent`: what is wrong with the arguments is only thrown, not printed.
 */
export function creditsProgram(isSilent = false): Command {
  const program = new Command('credits')
    .version(ownVersion())
    .description('For operators: give, take back, refund and explain credits.')
    .addHelpText('after', EXIT_CODES)
    .exitOverride()
    .showHelpAfterError('(--help tells more)');
  // Before the commands are added: each takes this over when it is made.
  if (isSilent) program.configureOutput({ writeErr: () => undefined });
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
  return program;
}
