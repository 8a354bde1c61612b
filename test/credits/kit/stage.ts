import { Test } from '@nestjs/testing';
import { CreditsService, Statements, type Transaction } from '../../../src/credits/index.js';
import { Groups } from '../../../src/credits/groups.js';
import { CreditsTestingModule, TestCredits } from '../../../src/credits/testing/index.js';
import { openClockedCredits, START } from '../../model/clocked-credits.js';

/** The credit system, wherever it keeps its books, with a clock that stands until a story moves it. */
export interface Stage {
  credits: CreditsService;
  statements: Statements;
  transaction<T>(work: (tx: Transaction) => Promise<T>): Promise<T>;
  /** So many seconds after the story began. */
  at(seconds: number): Promise<void>;
}

export const PRICES = {
  export: 15,
  upload: 2,
  transcribe: '2 per 60 second, at least 2',
  chat: '3 per 1000 input_token, 15 per 1000 output_token, at least 1',
};

export async function stageInPostgres(): Promise<Stage & { close(): Promise<void> }> {
  const open = await openClockedCredits(undefined, { prices: PRICES });
  const { credits, dataSource } = open;
  return {
    credits,
    statements: new Statements(credits, open.groups),
    transaction: (work) => dataSource.transaction(work),
    at: (seconds) => open.setClock(START + seconds * 1000),
    close: () => open.close(),
  };
}

/** A fresh one: its clock is that of the process, which the test has stopped. */
export async function stageInMemory(): Promise<Stage> {
  const module = await Test.createTestingModule({
    imports: [CreditsTestingModule.forRoot({ prices: PRICES })],
  }).compile();
  const credits = module.get(TestCredits);
  let now = 0;
  return {
    credits,
    statements: module.get(Statements),
    transaction: (work) => module.get(Groups).first.connection.host.transaction(work),
    at: async (seconds) => {
      credits.timeTravel(seconds - now);
      now = seconds;
    },
  };
}
