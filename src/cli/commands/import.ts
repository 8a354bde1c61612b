import type { Command } from 'commander';
import { basename } from 'node:path';
import { BalanceImport, type ImportReport } from '../../credits/operator/index.js';
import { counted } from '../../credits/plumbing.js';
import { actorOfCommand, withServices } from '../context.js';
import { readBalances } from '../read-balances.js';
import { LARGE_CREDITS, confirm, print, withProgress } from '../terminal.js';
import { UsageError } from '../usage-error.js';
import { withJson, withYes, type OutputOptions } from '../usage.js';

const NAME = /^[\x21-\x7e]{1,200}$/;

export function addImport(program: Command): void {
  withYes(withJson(program.command('import <file>')))
    .description('import the balances of an older system, once: CSV with the columns user_id and credits')
    .option('--name <name>', 'an import of this name is done once (default: the name of the file)')
    .action(async (file: string, options: OutputOptions & { name?: string }) => {
      const name = options.name ?? basename(file);
      if (!NAME.test(name))
        throw new UsageError('the name must be 1 to 200 visible ASCII characters: use --name');
      const rows = await readBalances(file);
      const credits = rows.reduce((sum, row) => sum + row.credits, 0);
      if (credits >= LARGE_CREDITS) {
        await confirm(
          `Give ${counted(credits, 'credit')} to ${counted(rows.length, 'user')}, as "${name}"?`,
          options,
        );
      }
      const report = await withServices((services) =>
        withProgress(`import ${name}`, rows.length, (onProgress) =>
          services.get(BalanceImport).run(rows, { name, actor: actorOfCommand(), onProgress }),
        ),
      );
      print(report, options, () => describe(report));
      if (report.refused.length > 0) process.exitCode = 1;
    });
}

function describe({ name, imported, importedBefore, empty, refused }: ImportReport): string[] {
  return [
    `import ${name}: ${counted(imported, 'balance')} came in, ${importedBefore} had come in before, ${empty} of 0 left out`,
    ...refused.map(({ line, userId, message }) => `line ${line}: ${userId}: ${message}`),
  ];
}
