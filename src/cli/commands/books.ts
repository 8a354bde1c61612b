import type { Command } from 'commander';
import { Erasure } from '../../admin/erasure.service.js';
import { ActsQuery, OverviewQuery, ReasonBody } from '../../admin/admin.dto.js';
import { Environment } from '../../config/environment.js';
import { Books, MOST_ACTS, type ActOfOperator } from '../../credits/operator/index.js';
import { counted } from '../../credits/plumbing.js';
import { actorOfCommand, withServices } from '../context.js';
import { confirm, pageLines, print, table, withProgress } from '../terminal.js';
import {
  checked,
  paged,
  toWholeNumber,
  withJson,
  withYes,
  type OutputOptions,
  type PageOptions,
} from '../usage.js';

export function addBooks(program: Command): void {
  withJson(program.command('integrity'))
    .description(
      'check every wallet against its ledger entries, while everything runs; exit code 1 if anything differs',
    )
    .action(async (options: OutputOptions) => {
      const report = await withServices(async (services) => {
        const books = services.get(Books);
        return withProgress('wallets', await books.size(), (onProgress) => books.check({ onProgress }));
      });
      print(report, options, () => [
        [
          counted(report.wallets, 'wallet'),
          counted(report.entries, 'entry', 'entries'),
          counted(report.differences.length, 'difference'),
        ].join(', '),
        ...(report.ok ? [] : table(report.differences.map((difference) => ({ ...difference })))),
      ]);
      if (!report.ok) process.exitCode = 1;
    });

  withJson(program.command('overview'))
    .description('show totals of all wallets, and what happened on each day')
    .option('--days <n>', 'how many days, today included: 1 to 366', toWholeNumber, 30)
    .action(async ({ days, ...output }: OutputOptions & { days: number }) => {
      await checked(OverviewQuery, { days });
      const overview = await withServices((services) =>
        services.get(Books).overview({ days, timeZone: services.get(Environment).timeZone }),
      );
      const { days: rows, acts, ...totals } = overview;
      print(overview, output, () => [
        ...table([totals]),
        '',
        'By day',
        ...table(rows.map((row) => ({ ...row }))),
        '',
        'What operators did',
        ...table(acts.map(actRow)),
        ...(acts.length < MOST_ACTS ? [] : ['  all of it with: acts']),
      ]);
    });

  paged(program.command('acts'))
    .description('list what operators did, latest first')
    .option('--days <n>', 'how many days, today included: 1 to 366', toWholeNumber, 30)
    .action(async ({ json, ...asked }: PageOptions & { days: number }) => {
      const { days = 30, ...page } = await checked(ActsQuery, asked);
      const acts = await withServices((services) =>
        services.get(Books).acts({ days, timeZone: services.get(Environment).timeZone, ...page }),
      );
      print(acts, { json }, () => pageLines(acts, actRow));
    });

  withYes(withJson(program.command('erase <userId>')))
    .description(
      'erase a person: a pseudonym replaces the user id in the ledger, and what they stored is deleted',
    )
    .requiredOption('--reason <text>', 'why')
    .action(async (userId: string, options: OutputOptions & { reason: string }) => {
      const { reason } = await checked(ReasonBody, { reason: options.reason });
      await confirm(`Erase ${userId}? It cannot be undone.`, options);
      const erased = await withServices((services) =>
        services.get(Erasure).erase({ userId, reason, actor: actorOfCommand() }),
      );
      print(erased, options, () => [`erased; in the books this is now ${erased.pseudonym}`]);
    });
}

function actRow({ at, actor, kind, credits, entries, userId, reason, id }: ActOfOperator) {
  return { at, actor, kind, credits, entries, user: userId, reason, 'first entry': id };
}
