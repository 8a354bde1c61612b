import { Option, type Command } from 'commander';
import { HistoryQuery } from '../../account/account.dto.js';
import { HoldsQuery, WalletsQuery } from '../../admin/admin.dto.js';
import { EntriesCsv } from '../../admin/entries-csv.service.js';
import { Finder, type FoundWallet } from '../../admin/finder.service.js';
import { HOLD_STATES, Statements, type Entry, type HoldState } from '../../credits/index.js';
import { ENTRY_KINDS } from '../../credits/plumbing.js';
import {
  LATEST_ENTRIES,
  LATEST_HOLDS,
  Wallets,
  type Explanation,
  type Wallet,
  type WalletFile,
  type WalletHold,
} from '../../credits/operator/index.js';
import { withServices } from '../context.js';
import { pageLines, print, printPieces, table } from '../terminal.js';
import { checked, idArgument, paged, withJson, type OutputOptions, type PageOptions } from '../usage.js';

export function addReads(program: Command): void {
  withJson(program.command('show <userId>'))
    .description('show a wallet with its grants, running holds and latest entries')
    .action(async (userId: string, options: OutputOptions) => {
      const file = await withServices((services) => services.get(Wallets).file(userId));
      print(file, options, () => describe(file));
    });
  paged(program.command('entries <userId>'))
    .description('list the ledger entries of a wallet, newest first')
    .addOption(new Option('--kind <kind>').choices(ENTRY_KINDS))
    .option('--action <action>', 'an action of the price list')
    .option('--from <time>', 'entries at this RFC 3339 time or later')
    .option('--to <time>', 'entries before this RFC 3339 time')
    .addOption(
      new Option('--csv', 'print CSV with the columns of the HTTP route: all entries, or --limit').conflicts(
        'json',
      ),
    )
    .action(
      async (userId: string, options: PageOptions & HistoryQuery & { csv?: true }, command: Command) => {
        const { json, csv, ...asked } = options;
        const output = { json };
        const filter = await checked(HistoryQuery, asked);
        if (csv) {
          const limit = command.getOptionValueSource('limit') === 'default' ? undefined : filter.limit;
          return printCsv(userId, { ...filter, limit });
        }
        const page = await withServices((services) => services.get(Wallets).entries(userId, filter));
        print(page, output, () => pageLines(page, entryRow));
      },
    );
  paged(program.command('holds <userId>'))
    .description('list the holds of a wallet and their states, newest first')
    .option('--state <states>', `${HOLD_STATES.join(', ')}, or several with commas between`, statesIn)
    .action(async (userId: string, { json, ...asked }: PageOptions & HoldsQuery) => {
      const { state: states, ...page } = await checked(HoldsQuery, asked);
      const found = await withServices((services) =>
        services.get(Wallets).holds(userId, { states, ...page }),
      );
      print(found, { json }, () => pageLines(found, holdRow));
    });
  paged(program.command('wallets [query]'))
    .description(
      'find wallets by the beginning of the user id, ignoring case, or by the id of an entry, hold, grant, document, recording, export or purchase',
    )
    .action(async (query: string | undefined, { limit, cursor, ...output }: PageOptions) => {
      const filter = await checked(WalletsQuery, { query, limit, cursor });
      const page = await withServices((services) => services.get(Finder).search(filter));
      print(page, output, () => pageLines(page, foundRow));
    });
  withJson(program.command('explain').addArgument(idArgument('<entryId>')))
    .description('explain one ledger entry: what it was for, its hold, the grants it used')
    .action(async (entryId: string, output: OutputOptions) => {
      const line = await withServices((services) => services.get(Statements).explain(entryId));
      print(line, output, () => explanationLines(line));
    });
}

/** Here the actor is named as recorded. */
function printCsv(userId: string, filter: HistoryQuery): Promise<void> {
  return withServices(async (services) => printPieces(await services.get(EntriesCsv).of(userId, filter)));
}

/** Whether they are states is checked later, with the rest. */
const statesIn = (text: string) => text.split(',') as HoldState[];

function walletRow({ userId, available, held, balance, owed, version, updatedAt }: Wallet) {
  return { user: userId, available, held, balance, owed, version, updated: updatedAt };
}

function foundRow({ match, ...wallet }: FoundWallet) {
  const found = match === null ? null : `by its ${match.kind}, entry ${match.entryId ?? 'none'}`;
  return { ...walletRow(wallet), found };
}

function explanationLines({
  userId,
  entry,
  hold,
  drawnFrom,
  grant,
}: Explanation & { userId: string }): string[] {
  const held = hold && [`set aside ${hold.amount} at ${hold.createdAt}, ${hold.state} at ${hold.resolvedAt}`];
  const became = grant && [
    `of ${grant.granted}: ${grant.left} left, ${grant.held} held, ${grant.spent} spent, ${grant.lapsed} lapsed, ${grant.takenBack} taken back`,
  ];
  return [
    ...table([{ user: userId, ...entryRow(entry), prices: entry.priceVersion, refunded: entry.refunded }]),
    ...(held ?? []),
    ...(became ?? []),
    ...(drawnFrom.length === 0 ? [] : ['', 'From these grants']),
    ...table(drawnFrom.map(({ amount, category, reason, id }) => ({ amount, category, reason, id }))),
  ];
}

function describe({ wallet, grants, holds, entries }: WalletFile): string[] {
  return [
    ...table([walletRow(wallet)]),
    '',
    'Grants, first to burn first',
    ...table(
      grants.map(({ remaining, amount, category, priority, expiresAt, reason }) => ({
        remaining,
        amount,
        category,
        priority,
        expires: expiresAt ?? 'never',
        reason,
      })),
    ),
    '',
    'Active holds',
    ...table(holds.map(({ amount, action, expiresAt, id }) => ({ amount, action, expires: expiresAt, id }))),
    ...(holds.length < LATEST_HOLDS ? [] : [`  all of them with: holds ${wallet.userId} --state held`]),
    '',
    'Latest entries',
    ...table(entries.map(entryRow)),
    ...(entries.length < LATEST_ENTRIES ? [] : [`  all of them with: entries ${wallet.userId}`]),
  ];
}

function holdRow({
  createdAt,
  amount,
  action,
  state,
  charged,
  expiresAt,
  reason,
  description,
  id,
}: WalletHold) {
  const until = state === 'held' ? expiresAt : null;
  return { at: createdAt, amount, action, state, charged, until, reason, for: description, id };
}

function entryRow({ createdAt, kind, amount, balanceAfter, action, reason, actor, description, id }: Entry) {
  const what = action ?? reason;
  return { at: createdAt, kind, amount, balance: balanceAfter, what, for: description, by: actor, id };
}
