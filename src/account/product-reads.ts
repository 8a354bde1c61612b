import { Module } from '@nestjs/common';
import type { IncomingMessage } from 'node:http';
import { CreditsHttpModule } from '../credits-http/index.js';
import { BalanceController } from '../credits-http/balance.controller.js';
import { PricesController } from '../credits-http/prices.controller.js';
import { StatementsController } from '../credits-http/statements.controller.js';
import { IdentifyGuard, Public, currentUser } from '../identity/index.js';
import { ArtefactsModule } from '../library/artefacts.module.js';
import { Describes } from '../routes/describes.decorator.js';
import type { RouteDescription } from '../routes/route-description.js';
import { accountRoutes } from './account.routes.js';
import { History } from './history.js';

@Module({ imports: [ArtefactsModule], providers: [History], exports: [History] })
export class HistoryModule {}

/**
 * The routes that every host can serve, with this product's additions: how long a user may listen, and what an entry
 * was for.
 */
export const ProductReads = CreditsHttpModule.forRootAsync({
  imports: [HistoryModule],
  inject: [IdentifyGuard, History],
  useFactory: (identify: IdentifyGuard, history: History) => ({
    history,
    listenerOf: (request: { raw: IncomingMessage }) => ({
      untilMs: currentUser(request)!.untilMs,
      isStillGood: () => identify.isStillGood(request.raw),
    }),
  }),
});

const { balance, stream, prices, quote, history, line, holds, hold, grants, usage } = accountRoutes;
describe(BalanceController, { balance, stream });
describe(PricesController, { prices, quote });
describe(StatementsController, { history, line, holds, hold, grants, usage });
decorate(PricesController, 'prices', Public());

/** The documentation and the guards are this product's, and the controllers are not. */
function describe(controller: Controller, routes: Record<string, RouteDescription>): void {
  for (const [name, route] of Object.entries(routes)) decorate(controller, name, Describes(route));
}

function decorate({ prototype }: Controller, name: string, decorator: MethodDecorator): void {
  decorator(prototype, name, Object.getOwnPropertyDescriptor(prototype, name)!);
}

interface Controller {
  prototype: object;
}
