import type { Command } from 'commander';
import { Wallets, type Wallet, type WalletFile } from '../../admin/wallets.service.js';
import { withServices } from '../context.js';
import { print, table } from '../terminal.js';
import { toCredits, withJson, type OutputOptions } from '../usage.js';

export function addReads(program: Command): void {
  withJson(program.command('show <userId>'))
    .description('a wallet with its grants, active holds and latest entries')
    .action(async (userId: string, options: OutputOptions) => {
      const file = await withServices((services) => services.get(Wallets).file(userId));
      print(file, options, () => describe(file));
    });
  withJson(program.command('wallets [query]'))
    .description('wallets whose user id has the query in it')
    .option('--limit <n>', '1 to 200', toCredits, 50)
    .option('--cursor <cursor>', 'where the last page ended')
    .action(
      async (query: string | undefined, options: OutputOptions & { limit: number; cursor?: string }) => {
        const page = await withServices((services) => services.get(Wallets).search({ query, ...options }));
        print(page, options, () => [
          ...table(page.data.map(walletRow)),
          ...(page.nextCursor === null ? [] : [`  more with --cursor ${page.nextCursor}`]),
        ]);
      },
    );
}

function walletRow({ userId, available, held, balance, version, updatedAt }: Wallet) {
  return { user: userId, available, held, balance, version, updated: updatedAt };
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
    '',
    'Latest entries',
    ...table(
      entries.map(({ createdAt, kind, amount, balanceAfter, action, reason, actor, id }) => ({
        at: createdAt,
        kind,
        amount,
        balance: balanceAfter,
        what: action ?? reason,
        by: actor,
        id,
      })),
    ),
  ];
}
