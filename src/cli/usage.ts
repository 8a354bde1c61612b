import { Argument, InvalidArgumentError, type Command } from 'commander';
import { ruleOf } from '../credits/plumbing.js';
import { InputPipe } from '../problems/input-pipe.js';

export interface OutputOptions {
  json?: boolean;
  yes?: boolean;
}

export function withJson(command: Command): Command {
  return command.option('--json', 'print the answer as JSON, as the HTTP route gives it');
}

export interface PageOptions extends OutputOptions {
  limit: number;
  cursor?: string;
}

export function paged(command: Command): Command {
  return withJson(command)
    .option('--limit <n>', '1 to 200', toLimit, 50)
    .option('--cursor <cursor>', 'continue after this page: the cursor that it printed');
}

export function withYes(command: Command): Command {
  return command.option('-y, --yes', 'answer every question with yes');
}

/** A whole number, perhaps negative; the service checks its size. */
export function toWholeNumber(text: string): number {
  const credits = /^-?\d{1,16}$/.test(text) ? Number(text) : NaN;
  if (Number.isSafeInteger(credits)) return credits;
  throw new InvalidArgumentError('It must be a whole number of credits up to 2^53-1.');
}

/** The number of rows of a list. */
function toLimit(text: string): number {
  if (/^\d{1,3}$/.test(text) && Number(text) >= 1 && Number(text) <= 200) return Number(text);
  throw new InvalidArgumentError('It must be a whole number from 1 to 200.');
}

/** An argument that is one of our ids, `<entryId>` or `[entryId]`: anything else never reaches the database. */
export function idArgument(name: string): Argument {
  return new Argument(name).argParser((text) => {
    if (ruleOf('id').fits(text)) return text;
    throw new InvalidArgumentError('It must be an id, as in 3f0c6f0a-8a55-4d1c-9b7e-4f020199a1c2.');
  });
}

/** Check the options against the body that the HTTP route takes. @throws ProblemException validation_failed */
export async function checked<T>(body: new () => T, value: Partial<T>): Promise<T> {
  const given = Object.fromEntries(Object.entries(value).filter(([, member]) => member !== undefined));
  return (await new InputPipe().transform(given, { type: 'body', metatype: body })) as T;
}
