import type { Command } from 'commander';
import { EventsQuery } from '../../admin/events.dto.js';
import { ToldEvents, type ToldEvent } from '../../credits/operator/index.js';
import { withServices } from '../context.js';
import { pageLines, print, table } from '../terminal.js';
import { checked, idArgument, paged, withJson, type OutputOptions, type PageOptions } from '../usage.js';

interface ListOptions extends PageOptions, Pick<EventsQuery, 'failed'> {
  user?: string;
}

export function addEvents(program: Command): void {
  const events = paged(program.command('events'))
    .description('list the events of the last 30 days and their delivery, newest first')
    .option('--failed', 'only events that could not be delivered so far')
    .option('--user <userId>', 'only events about this user')
    .action(async ({ user: userId, failed, limit, cursor, ...output }: ListOptions) => {
      const filter = await checked(EventsQuery, { userId, failed, limit, cursor });
      const page = await withServices((services) => services.get(ToldEvents).list(filter));
      print(page, output, () => pageLines(page, rowOf));
    });
  for (const parent of [program, events]) {
    withJson(parent.command('resend').addArgument(idArgument('<eventId>')))
      .description('send an event again, under its own id')
      .action(async (id: string, _: OutputOptions, command: Command) => {
        const data = await withServices((services) => services.get(ToldEvents).resend(id));
        print({ data }, command.optsWithGlobals<OutputOptions>(), () => table(data.map(rowOf)));
      });
  }
}

function rowOf({ id, channel, type, userId, state, attempts, outcome, dueAt, createdAt }: ToldEvent) {
  return { id, type, user: userId, by: channel, state, attempts, outcome, next: dueAt, at: createdAt };
}
