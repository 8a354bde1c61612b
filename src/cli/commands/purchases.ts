import type { Command } from 'commander';
import { PurchaseRefundBody, PurchasesQuery } from '../../admin/purchases.dto.js';
import { counted } from '../../credits/plumbing.js';
import { PurchaseDesk, PurchaseSweeper, type PurchaseRecord } from '../../payments/index.js';
import { moneyOf } from '../../config/money.js';
import { actorOfCommand, withServices } from '../context.js';
import { confirm, pageLines, print, table } from '../terminal.js';
import { UsageError } from '../usage-error.js';
import {
  checked,
  idArgument,
  paged,
  toWholeNumber,
  withJson,
  withYes,
  type OutputOptions,
  type PageOptions,
} from '../usage.js';

interface ListOptions extends PageOptions, Pick<PurchasesQuery, 'state'> {
  user?: string;
}

interface RefundOptions extends OutputOptions {
  amount?: number;
  unused?: true;
  reason: string;
  key?: string;
}

export function addPurchases(program: Command): void {
  paged(program.command('purchases'))
    .description('list purchases, newest first')
    .option('--state <state>', 'open, paid, failed, expired or suspect')
    .option('--user <userId>', 'only purchases of this user')
    .action(async ({ state, user: userId, limit, cursor, ...output }: ListOptions) => {
      const filter = await checked(PurchasesQuery, { state, userId, limit, cursor });
      const page = await withServices((services) => services.get(PurchaseDesk).list(filter));
      print(page, output, () => pageLines(page, rowOf));
    });

  withYes(withJson(program.command('refund-purchase').addArgument(idArgument('<purchaseId>'))))
    .description('refund a purchase through the payment provider; its credits are taken back first')
    .option('--amount <n>', 'how much, in minor units such as cents', toWholeNumber)
    .option('--unused', 'refund everything that is neither spent nor on hold')
    .requiredOption('--reason <text>', 'why')
    .option('--key <key>', 'idempotency key: repeating the command with it does nothing more')
    .action(async (purchaseId: string, { amount, unused, reason, key, ...output }: RefundOptions) => {
      const body = await checked(PurchaseRefundBody, { amount, unused, reason });
      const record = await withServices(async (services) => {
        const desk = services.get(PurchaseDesk);
        const { unused: all, part, credits: bought } = await desk.one(purchaseId, body.amount);
        const { credits, amount: money, currency } = part ?? all;
        const question = `Give ${moneyOf(money, currency)} back, and take ${credits} of its ${counted(bought ?? 0, 'credit')}?`;
        await confirm(question, output);
        const requestKey = key ? `cli:${key}` : undefined;
        return desk.refund({ purchaseId, amount, reason, actor: actorOfCommand(), requestKey });
      });
      print(record, output, () => table([rowOf(record)]));
    });

  withJson(program.command('look').addArgument(idArgument('[purchaseId]')))
    .description('ask the payment provider about a purchase, or about all that may have changed')
    .option('--all', 'all open purchases, and what the provider lists since the last time')
    .action(async (purchaseId: string | undefined, { all, ...output }: OutputOptions & { all?: true }) => {
      if ((purchaseId === undefined) !== (all === true))
        throw new UsageError('Name a purchase, or say --all');
      await withServices(async (services) => {
        if (purchaseId === undefined) {
          await services.get(PurchaseSweeper).sweep({ all: true });
          const suspect = await services.get(PurchaseDesk).list({ state: 'suspect' });
          const goOn = 'purchases --state suspect --cursor';
          return print(suspect, output, () => ['looked; suspect are:', ...pageLines(suspect, rowOf, goOn)]);
        }
        const record = await services.get(PurchaseDesk).look(purchaseId);
        print(record, output, () => table([rowOf(record)]));
      });
    });
}

function rowOf(purchase: PurchaseRecord) {
  const { id, userId, offer, state, credits, amount, currency, reversed, creditsBack, suspicion } = purchase;
  return {
    id,
    user: userId,
    offer,
    state,
    credits,
    for: moneyOf(amount, currency),
    reversed: moneyOf(reversed, currency),
    'credits back': creditsBack,
    why: suspicion,
    created: purchase.createdAt,
  };
}
