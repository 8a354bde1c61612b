import { Option, type Command } from 'commander';
import type { EntityManager } from 'typeorm';
import { AdjustmentBody, ClawbackBody, GrantBody, RefundBody } from '../../admin/admin.dto.js';
import { GRANT_CATEGORIES, Operator, type Act, type Done, type Moved } from '../../credits/operator/index.js';
import { counted } from '../../credits/plumbing.js';
import { WalletDatabase } from '../../database/wallet-database.js';
import { actorOfCommand, withServices } from '../context.js';
import { LARGE_CREDITS, confirm, print } from '../terminal.js';
import { checked, idArgument, toWholeNumber, withJson, withYes, type OutputOptions } from '../usage.js';

interface ActOptions extends OutputOptions {
  reason: string;
  key?: string;
}

type GrantOptions = ActOptions & Pick<GrantBody, 'category' | 'priority'> & { expires?: string };

export function addActs(program: Command): void {
  act(program.command('grant <userId>').argument('<amount>', 'credits', toWholeNumber))
    .description('give credits; opens the wallet if there is none')
    .addOption(new Option('--category <category>', 'what kind (default: paid)').choices(GRANT_CATEGORIES))
    .option('--priority <n>', '0 is spent first, 100 last (default: 50)', toWholeNumber)
    .option('--expires <time>', 'an RFC 3339 time, e.g. 2027-01-01T00:00:00Z (default: never)')
    .action(async (userId: string, amount: number, options: GrantOptions) => {
      const { reason, category, priority, expires: expiresAt } = options;
      const body = await checked(GrantBody, { amount, reason, category, priority, expiresAt });
      await confirmLarge(`Give ${counted(amount, 'credit')} to ${userId}?`, amount, options);
      await perform(
        options,
        (all) => all.of(userId),
        (operator, by, tx) => operator.grant({ userId, ...body, ...by }, tx),
      );
    });

  act(program.command('adjust <userId>').argument('<amount>', 'credits, negative to take', toWholeNumber))
    .description('correct a balance, never below what is held')
    .action(async (userId: string, amount: number, options: ActOptions) => {
      const body = await checked(AdjustmentBody, { amount, reason: options.reason });
      await confirmLarge(`Change the balance of ${userId} by ${counted(amount, 'credit')}?`, amount, options);
      await perform(
        options,
        (all) => all.of(userId),
        (operator, by, tx) => operator.adjust({ userId, ...body, ...by }, tx),
      );
    });

  act(
    program
      .command('refund')
      .addArgument(idArgument('<entryId>'))
      .argument('[amount]', 'credits (default: all that is left)', toWholeNumber),
  )
    .description('give a charge back, to the grants it came from')
    .action(async (entryId: string, amount: number | undefined, options: ActOptions) => {
      const body = await checked(RefundBody, { amount, reason: options.reason });
      await confirmLarge(`Refund ${counted(amount ?? 0, 'credit')}?`, amount ?? 0, options);
      await perform(
        options,
        (all) => all.ofId(entryId),
        (operator, by, tx) => operator.refund({ entryId, ...body, ...by }, tx),
      );
    });

  act(
    program
      .command('clawback')
      .addArgument(idArgument('<entryId>'))
      .argument('<amount>', 'credits', toWholeNumber),
  )
    .description('take back a mistaken grant; what was already spent is owed')
    .action(async (entryId: string, amount: number, options: ActOptions) => {
      const body = await checked(ClawbackBody, { amount, reason: options.reason });
      await confirmLarge(`Take back ${counted(amount, 'credit')}?`, amount, options);
      await perform(
        options,
        (all) => all.ofId(entryId),
        (operator, by, tx) => operator.clawback({ entryId, ...body, ...by }, tx),
      );
    });
}

function act(command: Command): Command {
  return withYes(withJson(command))
    .requiredOption('--reason <text>', 'why; recorded in the ledger entry')
    .option('--key <key>', 'idempotency key: repeating the command with it does nothing more');
}

async function confirmLarge(question: string, amount: number, options: OutputOptions): Promise<void> {
  if (Math.abs(amount) >= LARGE_CREDITS) await confirm(question, options);
}

async function perform(
  options: ActOptions,
  where: (databases: WalletDatabase) => EntityManager,
  work: (operator: Operator, by: Act, tx: EntityManager) => Promise<Done<Moved>>,
): Promise<void> {
  const { reason, key } = options;
  const by = { reason, actor: actorOfCommand(), idempotencyKey: key && `cli:${key}` };
  const { answer, replayed } = await withServices((services) =>
    where(services.get(WalletDatabase)).transaction((tx) => work(services.get(Operator), by, tx)),
  );
  print(answer, options, () => {
    const { entry, wallet } = answer;
    const done = `${entry.kind} of ${counted(entry.amount, 'credit')} ${replayed ? 'was done before' : 'done'}`;
    return [
      `${done}: entry ${entry.id}`,
      `${wallet.userId} has ${counted(wallet.available, 'credit')} available`,
    ];
  });
}
