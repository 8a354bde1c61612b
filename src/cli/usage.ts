import { InvalidArgumentError, type Command } from 'commander';
import { InputPipe } from '../problems/input-pipe.js';

export interface OutputOptions {
  json?: boolean;
  yes?: boolean;
}

export function withJson(command: Command): Command {
  return command.option('--json', 'print the answer as JSON, as the HTTP route gives it');
}

export function withYes(command: Command): Command {
  return command.option('-y, --yes', 'do not ask, whatever it is');
}

/** A whole number, perhaps with a minus in front; how large it may be is the service's business. */
export function toWholeNumber(text: string): number {
  const credits = /^-?\d{1,16}$/.test(text) ? Number(text) : NaN;
  if (Number.isSafeInteger(credits)) return credits;
  throw new InvalidArgumentError('It must be a whole number of credits up to 2^53-1.');
}

/** Check what was said against what the HTTP route takes as its body. @throws ProblemException validation_failed */
export async function checked<T>(body: new () => T, value: Partial<T>): Promise<T> {
  const given = Object.fromEntries(Object.entries(value).filter(([, member]) => member !== undefined));
  return (await new InputPipe().transform(given, { type: 'body', metatype: body })) as T;
}
