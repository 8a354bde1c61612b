import { afterEach, expect } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import type { CreditsService } from '../../src/credits/credits.service.js';
import type { GrantInput } from '../../src/credits/credits.types.js';
import { openCredits, type OpenCredits } from '../support/credits.js';
import { onOwnDatabase } from '../support/own-database.js';
import { until } from '../support/until.js';

export const action = 'audio_upload';
export const by = { reason: 'the money went back', actor: 'test' };

export const newUser = () => `buyer-${randomUUID()}`;
export const soon = () => new Date(Date.now() + 150);

/** Those who buy credits, on a database of their own, for the tests of one file; the books are checked after each. */
export class Buyers {
  constructor(readonly open: OpenCredits) {}

  get credits(): CreditsService {
    return this.open.credits;
  }

  async granted(userId: string, amount: number, terms: Partial<GrantInput> = {}): Promise<string> {
    const input = { userId, credits: amount, reason: 'bought', actor: 'test', ...terms };
    return (await this.credits.grant(input)).entryId;
  }

  async lapsed(userId: string): Promise<void> {
    await until(async () => (await this.credits.balance(userId)).balance === 0);
  }

  /** Somebody who bought `amount`, spent all of it and whose money went back. */
  async debtor(amount: number): Promise<{ userId: string; entryId: string; chargeId: string }> {
    const userId = newUser();
    const entryId = await this.granted(userId, amount);
    const { entryId: chargeId } = await this.credits.charge({ userId, action, credits: amount });
    await this.credits.clawback({ entryId, credits: amount, ...by });
    expect(await this.credits.balance(userId)).toMatchObject({ balance: 0, available: 0, owed: amount });
    return { userId, entryId, chargeId };
  }

  async kindsOf(userId: string) {
    const { data } = await this.credits.history(userId);
    return data.map(({ kind, amount, owedAfter }) => [kind, amount, owedAfter]);
  }
}

export async function openBuyers(): Promise<Buyers> {
  const [open] = await onOwnDatabase(openCredits);
  afterEach(() => open.check());
  return new Buyers(open);
}
