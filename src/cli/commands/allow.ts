import type { Command } from 'commander';
import { FormerUsers } from '../../account/former-users.js';
import { AllowanceBody } from '../../admin/admin.dto.js';
import { Environment } from '../../config/environment.js';
import { CreditsService, ErasedPersonError, type Allowance } from '../../credits/index.js';
import { counted } from '../../credits/plumbing.js';
import { actorOfCommand, withServices } from '../context.js';
import { print } from '../terminal.js';
import { checked, idArgument, toWholeNumber, withJson, type OutputOptions } from '../usage.js';

interface AllowOptions extends OutputOptions {
  plan: string;
  months?: number;
  anchor?: string;
  until?: string;
  carry?: number;
  timeZone?: string;
  reason: string;
  key?: string;
}

export function addAllowances(program: Command): void {
  withJson(program.command('allow <userId>').argument('<credits>', 'of each refill', toWholeNumber))
    .description(
      'start an allowance, credits that are given again each period; opens the wallet if there is none',
    )
    .requiredOption('--plan <name>', 'its name, recorded in the ledger entry of each refill')
    .requiredOption('--reason <text>', 'why')
    .option('--months <n>', 'months from one refill to the next (default: 1)', toWholeNumber)
    .option('--anchor <time>', 'when the first refill is due, an RFC 3339 time (default: now)')
    .option('--until <time>', 'when it ends: no refill comes at this RFC 3339 time or later (default: never)')
    .option(
      '--carry <n>',
      'at most so many unspent credits stay for the next period (default: 0)',
      toWholeNumber,
    )
    .option('--time-zone <name>', 'an IANA time zone (default: CREDIT_TIME_ZONE)')
    .option('--key <key>', 'idempotency key: repeating the command with it does nothing more')
    .action(async (userId: string, credits: number, options: AllowOptions) => {
      const { json: _, key, ...terms } = options;
      const body = await checked(AllowanceBody, { credits, ...terms });
      const allowance = await withServices(async (services) => {
        if (await services.get(FormerUsers).has(userId)) throw new ErasedPersonError();
        const { timeZone = services.get(Environment).timeZone, ...rest } = body;
        const by = { actor: actorOfCommand(), idempotencyKey: key && `cli:${key}` };
        return services.get(CreditsService).allow({ userId, ...rest, timeZone, ...by });
      });
      show(allowance, options);
    });

  withJson(program.command('end-allowance').addArgument(idArgument('<id>')))
    .description('end an allowance: no more refills; credits already given stay until their period ends')
    .action(async (id: string, options: OutputOptions) => {
      show(await withServices((services) => services.get(CreditsService).endAllowance({ id })), options);
    });
}

function show(allowance: Allowance, options: OutputOptions): void {
  const { id, userId, plan, credits, nextAt } = allowance;
  const next = nextAt === null ? 'none comes any more' : `the next at ${nextAt}`;
  print(allowance, options, () => [
    `allowance ${id}: ${counted(credits, 'credit')} of ${plan} for ${userId}, ${next}`,
  ]);
}
