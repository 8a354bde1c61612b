import type { Command } from 'commander';
import { setTimeout as delay } from 'node:timers/promises';
import { GiftBody } from '../../admin/admin.dto.js';
import { Books, GiftGiver, Gifts, type GiftReport } from '../../credits/operator/index.js';
import { counted } from '../../credits/plumbing.js';
import { actorOfCommand, withServices } from '../context.js';
import { LARGE_CREDITS, confirm, print, withProgress } from '../terminal.js';
import { checked, toWholeNumber, withJson, withYes, type OutputOptions } from '../usage.js';

const LOOK_EVERY_MS = 100;

interface GiftOptions extends OutputOptions {
  reason: string;
  expires?: string;
  user?: string[];
}

export function addGifts(program: Command): void {
  withYes(withJson(program.command('gift <key>').argument('<amount>', 'credits for each', toWholeNumber)))
    .description(
      'give credits to every wallet, or to those named, once per wallet and key; resumes where it stopped',
    )
    .requiredOption('--reason <text>', 'why; recorded in each ledger entry')
    .option('--expires <time>', 'an RFC 3339 time, e.g. 2027-01-01T00:00:00Z (default: never)')
    .option('--user <userId...>', 'only to these users')
    .action(async (key: string, amount: number, options: GiftOptions) => {
      const { reason, expires: expiresAt, user: userIds } = options;
      const body = await checked(GiftBody, { key, amount, reason, expiresAt, userIds });
      const report = await withServices(async (services) => {
        const wallets = userIds?.length ?? (await services.get(Books).size());
        if (wallets * amount >= LARGE_CREDITS) {
          await confirm(
            `Give ${counted(amount, 'credit')} to each of ${counted(wallets, 'wallet')}?`,
            options,
          );
        }
        const gifts = services.get(Gifts);
        const begun = await gifts.begin(body, actorOfCommand());
        services.get(GiftGiver).wake();
        return withProgress(`gift ${key}`, begun.wallets, (onProgress) => finished(gifts, begun, onProgress));
      });
      print(report, options, () => describe(report));
    });

  withJson(program.command('gift-report <key>'))
    .description('show the progress of a gift')
    .action(async (key: string, options: OutputOptions) => {
      const report = await withServices((services) => services.get(Gifts).report(key));
      print(report, options, () => describe(report));
    });
}

/** Any free instance gives it, perhaps this one. */
async function finished(
  gifts: Gifts,
  begun: GiftReport,
  onProgress: (soFar: number) => void,
): Promise<GiftReport> {
  let report = begun;
  while (report.state === 'running') {
    await delay(LOOK_EVERY_MS);
    report = await gifts.report(report.key);
    onProgress(report.done + report.refused);
  }
  return report;
}

function describe({ key, state, amount, wallets, done, refused }: GiftReport): string[] {
  const passedBy = refused === 0 ? '' : `, ${refused} could not take it`;
  return [
    `gift ${key} is ${state}: ${counted(amount, 'credit')} each, ${done} of ${counted(wallets, 'wallet')} ${wallets === 1 ? 'has' : 'have'} it${passedBy}`,
  ];
}
