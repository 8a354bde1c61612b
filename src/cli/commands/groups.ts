import type { Command } from 'commander';
import { readEnvironment } from '../../config/read-environment.js';
import type { Place } from '../../config/group-map.js';
import { GroupCensus, type GroupReport } from '../../credits/operator/index.js';
import { withServices } from '../context.js';
import { print, table } from '../terminal.js';
import { withJson, type OutputOptions } from '../usage.js';

export function addGroups(program: Command): void {
  withJson(program.command('groups'))
    .description(
      'list the groups of wallets: where they are, whether they answer, their wallets and balances; exit code 1 if one is down',
    )
    .action(async (options: OutputOptions) => {
      const { places } = readEnvironment();
      const reports = await withServices((services) => services.get(GroupCensus).take());
      const groups = reports.map((report) => ({ ...report, server: addressOf(places, report.group) }));
      print({ groups }, options, () => table(groups.map(rowOf)));
      if (groups.some(({ answers }) => !answers)) process.exitCode = 1;
    });
}

/** Host, port and database: no user, and no password. */
function addressOf(places: readonly Place[], group: number): string {
  const url = places.find(({ groups }) => groups.includes(group))?.url;
  return url === undefined ? 'embedded' : url.replace(/^\w+:\/\/(?:.*@)?/, '').replace(/\?.*$/, '');
}

function rowOf({ group, server, schema, answers, wallets, balance, held }: GroupReport & { server: string }) {
  return { group, server, schema, answers: answers ? 'yes' : 'no', wallets, balance, held };
}
