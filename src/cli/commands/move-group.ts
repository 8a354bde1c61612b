import { InvalidArgumentError, type Command } from 'commander';
import type pg from 'pg';
import { dropMovedGroup } from '../../backup/frozen-group.js';
import { moveGroup } from '../../backup/move-group.js';
import { readEnvironment } from '../../config/read-environment.js';
import { faultOfPostgresUrl } from '../../config/postgres-url.js';
import { ConfigurationError } from '../../config/start-error.js';
import { counted } from '../../credits/plumbing.js';
import { connectionTo } from '../../database/hosts/connection-to.js';
import { Timelines } from '../../database/hosts/timelines.js';
import { waitForDatabase } from '../../database/wait-for-database.js';
import { print } from '../terminal.js';
import { UsageError } from '../usage-error.js';
import { withJson, type OutputOptions } from '../usage.js';

export function addMoveGroup(program: Command): void {
  withJson(program.command('move-group').argument('<group>', 'its number', toGroup))
    .description(
      'move a group of wallets to another database; it is read-only until DATABASE_GROUPS names the new place',
    )
    .requiredOption('--to <url>', 'the new database, as the owner of its tables')
    .action(async (group: number, { to, ...output }: OutputOptions & { to: string }) => {
      const source = await connect(addressOf(group), 'DATABASE_GROUPS');
      try {
        const target = await connect(to, '--to');
        const tell = (line: string) => void process.stderr.write(`${line}\n`);
        const moved = await moveGroup(source, target, group, tell).finally(() => target.end());
        print({ group, ...moved }, output, () => [
          `group ${group}: ${counted(moved.wallets, 'wallet')}, ${counted(moved.rows, 'row')}; the books agree`,
          `It is read-only now. Say in DATABASE_GROUPS where it is, and start every instance anew.`,
        ]);
      } finally {
        await source.end();
      }
    });
  withJson(program.command('drop-group').argument('<group>', 'its number', toGroup))
    .description('delete what a moved group left behind, once every instance uses the new place')
    .requiredOption('--at <url>', 'the old database, as the owner of its tables')
    .action(async (group: number, { at, ...output }: OutputOptions & { at: string }) => {
      const client = await connect(at, '--at');
      await dropMovedGroup(client, group).finally(() => client.end());
      print({ group, dropped: true }, output, () => [`group ${group} is gone from there`]);
    });
}

/** @throws UsageError, ConfigurationError */
function addressOf(group: number): string {
  const { places, groupCount } = readEnvironment();
  const place = places.find(({ groups }) => groups.includes(group));
  if (place === undefined) throw new UsageError(`CREDIT_GROUPS is ${groupCount}: there is no group ${group}`);
  const url = place.directUrl ?? place.url;
  if (url !== undefined) return url;
  throw new ConfigurationError(
    'DATABASE_URL or DATABASE_GROUPS must be set: an embedded database gives no group away',
  );
}

/** @throws ConfigurationError, UnavailableError */
async function connect(url: string, variable: string): Promise<pg.Client> {
  const fault = faultOfPostgresUrl(url);
  if (fault !== undefined)
    throw new ConfigurationError(`${variable} must be a postgresql:// address: ${fault}`);
  const { dataDir } = readEnvironment();
  return waitForDatabase(connectionTo(url, new Timelines(dataDir)), {
    variable,
    onProgress: (line) => void process.stderr.write(`${line}\n`),
  });
}

function toGroup(text: string): number {
  if (/^\d{1,4}$/.test(text)) return Number(text);
  throw new InvalidArgumentError('It must be the number of a group.');
}
