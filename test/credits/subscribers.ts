import { afterAll, beforeAll } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import type { AllowInput } from '../../src/credits/index.js';
import { openClockedCredits, type ClockedCredits } from '../model/clocked-credits.js';

type Terms = Partial<AllowInput> & { anchor: string };

/** Those with an allowance, for the tests of one file. Time is set by the test: see test/model/clocked-credits.ts. */
export class Subscribers {
  open!: ClockedCredits;

  /** Somebody with an allowance of 1,000 a month from its anchor on, whose clock stands there. */
  async somebody({ anchor, ...terms }: Terms): Promise<{ userId: string; id: string }> {
    await this.at(anchor);
    const userId = `somebody-${randomUUID()}`;
    const input = { userId, plan: 'pro', credits: 1_000, anchor, ...terms };
    const { id } = await this.open.credits.allow(input);
    return { userId, id };
  }

  at(time: string) {
    return this.open.setClock(Date.parse(time));
  }

  async look(userId: string, time?: string) {
    if (time !== undefined) await this.at(time);
    const { balance, held, nextRefill } = await this.open.credits.balance(userId);
    return { balance, held, next: nextRefill?.at ?? null };
  }

  spend(userId: string, credits: number) {
    return this.open.credits.charge({ userId, action: 'audio_upload', credits });
  }

  /** Kind and amount of each entry, the first one first. */
  async entries(userId: string): Promise<string[]> {
    const { rows } = await this.open.sql.query<{ said: string }>(
      `SELECT kind || ' ' || amount AS said FROM credits.entries WHERE user_id = $1 ORDER BY version`,
      [userId],
    );
    return rows.map(({ said }) => said);
  }
}

export function openSubscribers(): Subscribers {
  const subscribers = new Subscribers();
  beforeAll(async () => void (subscribers.open = await openClockedCredits()));
  afterAll(() => subscribers.open.close());
  return subscribers;
}
