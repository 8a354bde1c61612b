import { Controller, Global, HttpCode, Module, Post } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { AccountModule } from '../../src/account/account.module.js';
import { BalanceStreams } from '../../src/credits-http/balance-streams.js';
import { ProductDisplay } from '../../src/account/product-display.js';
import { Fence } from '../../src/credits-display/fence.js';
import { BalanceDisplay } from '../../src/credits-display/reader.js';
import { CreditsModule, CreditsService, RequireCredits } from '../../src/credits/index.js';
import { Databases } from '../../src/database/databases.js';
import { WalletDatabase } from '../../src/database/wallet-database.js';
import { problemOf } from '../../src/problems/problem.js';
import { AdminOnly, userOf } from '../../src/identity/index.js';
import { openApp, signedIn, type OpenApp } from '../support/app.js';
import { PRICES } from '../support/credits.js';
import { hearing } from '../support/told.js';
import { until } from '../support/until.js';

@Controller('work')
export class WorkController {
  @Post()
  @HttpCode(201)
  @RequireCredits('docx_processing')
  work() {
    return { done: true };
  }
}

/** Below the address of operators' routes, and for everybody. */
@Controller('admin/for-everybody')
export class MisplacedController {
  @Post()
  work() {
    return {};
  }
}

@Controller('desk')
@AdminOnly()
export class OperatorController {
  @Post()
  operate() {
    return {};
  }
}

export interface Answer {
  status: number;
  headers: Headers;
  text: string;
  /** Whatever JSON it is. */
  body: ReturnType<typeof JSON.parse>;
}

export interface Shop extends OpenApp {
  credits: CreditsService;
  streams: BalanceStreams;
  dataSource: DataSource;
  /** Until the wallet's changes have come back by way of the database: a copy taken before is read once more. */
  heard(userId: string): Promise<void>;
  get(path: string, user: string, headers?: Record<string, string>): Promise<Answer>;
  post(path: string, user: string, body?: unknown, headers?: Record<string, string>): Promise<Answer>;
}

/** The account routes with all that stands in front of them, and one paid endpoint. */
export async function openShop(databaseUrl: string, variables: Record<string, string> = {}): Promise<Shop> {
  const dataSource = await new DataSource({ type: 'postgres', url: databaseUrl }).initialize();

  @Global()
  @Module({
    providers: [
      { provide: DataSource, useValue: dataSource },
      { provide: Databases, useValue: { groupCount: 1, of: () => dataSource.manager } },
      WalletDatabase,
    ],
    exports: [DataSource, WalletDatabase],
  })
  class DataSourceModule {}

  const open = await openApp({
    databaseUrl,
    controllers: [WorkController, OperatorController, MisplacedController],
    imports: [
      DataSourceModule,
      CreditsModule.forRoot({ prices: PRICES, dataSource, userOf, problemOf }),
      ProductDisplay,
      AccountModule,
    ],
    variables: { CREDIT_SIGNUP_GRANT: '0', RATE_LIMIT_PER_MINUTE: '0', ...variables },
  });
  const fence = open.app.get(Fence);
  // A machine that is busy with other tests hears nothing for a second; how trust ends is asked in test/display.
  const trustUntil = fence.trustUntil.bind(fence);
  fence.trustUntil = (timeMs, ear) => trustUntil(timeMs + 60_000, ear);
  await until(() => fence.isTrusted(performance.now()));
  const credits = open.app.get(CreditsService);

  const ask = async (path: string, user: string, init: RequestInit): Promise<Answer> => {
    const authorization = user === '' ? {} : await signedIn(user);
    const response = await fetch(`${open.url}/api/${path}`, {
      ...init,
      headers: { ...authorization, ...(init.headers as Record<string, string>) },
    });
    const text = await response.text();
    const isJson = /json/.test(response.headers.get('content-type') ?? '');
    const body = isJson && text !== '' ? JSON.parse(text) : undefined;
    return { status: response.status, headers: response.headers, text, body };
  };
  return {
    ...open,
    credits,
    streams: open.app.get(BalanceStreams),
    dataSource,
    heard: hearing(open.app.get(BalanceDisplay), credits),
    get: (path, user, headers) => ask(path, user, { headers }),
    post: (path, user, body = {}, headers = {}) =>
      ask(path, user, {
        method: 'POST',
        body: JSON.stringify(body),
        headers: { 'content-type': 'application/json', ...headers },
      }),
    close: async () => {
      await open.close();
      await dataSource.destroy();
    },
  };
}
