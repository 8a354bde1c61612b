import { Logger } from '@nestjs/common';
import { CreditsError } from '../credits.errors.js';
import type { CreditsOptions } from '../credits.options.js';
import { requireInput } from '../input.js';

const logger = new Logger('Credits');

/** Whose wallet pays, and who acts on it where that is somebody else. */
export interface Paying {
  userId: string;
  actor: string | undefined;
}

/** A programming error of the host's: what its `userOf` answered names no wallet. */
class BadUserError extends CreditsError {
  constructor(detail: string) {
    super('internal', detail);
  }
}

/**
 * The user who pays for a request, as the host says; undefined: nobody is signed in.
 *
 * @throws BadUserError what the host answered is not an id: its mistake, not the client's
 */
export async function payingFor({ userOf }: CreditsOptions, request: object): Promise<Paying | undefined> {
  const payer = await userOf?.(request);
  if (payer === undefined || payer === null) return undefined;
  const { wallet, actor } = typeof payer === 'object' ? payer : { wallet: payer, actor: undefined };
  if (wallet === undefined || wallet === null) return undefined;
  const userId =
    typeof wallet === 'number' && Number.isSafeInteger(wallet) ? String(wallet) : (wallet as string);
  try {
    requireInput({ wallet: userId, actor }, { wallet: 'userId', actor: 'actor?' });
  } catch (error) {
    const sentence = `userOf did not answer a user: ${(error as Error).message}`;
    logger.error(sentence);
    throw new BadUserError(sentence);
  }
  return { userId, actor };
}
