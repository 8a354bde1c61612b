import type { Command } from 'commander';
import { DataDirClaim } from '../../library/data-dir-claim.js';
import { withServices } from '../context.js';
import { confirm, print } from '../terminal.js';
import { withJson, withYes, type OutputOptions } from '../usage.js';

export function addClaimFiles(program: Command): void {
  withYes(withJson(program.command('claim-files')))
    .description('if the folder or bucket of the files is lost for good: use the present one from now on')
    .action(async (options: OutputOptions) => {
      await confirm('Is every server stopped, and what was stored elsewhere lost for good?', options);
      const claimed = await withServices((services) =>
        services.get(DataDirClaim, { strict: false }).takeOver(),
      );
      print(claimed, options, () => [
        `the files are here from now on; of the ${claimed.lookedFor} stored last ${claimed.missing} are not here`,
      ]);
    });
}
