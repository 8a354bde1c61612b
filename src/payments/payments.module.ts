import { Inject, Module, type OnModuleInit } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import type { FastifyInstance } from 'fastify';
import type { AddressInfo } from 'node:net';
import { AccountModule } from '../account/account.module.js';
import { Environment } from '../config/environment.js';
import { WalletDatabase } from '../database/wallet-database.js';
import { PurchaseBooks } from './purchase-books.js';
import { serveDemoCheckout } from './demo/demo-checkout.js';
import { DemoProvider } from './demo/demo-provider.js';
import { Looks } from './looks.js';
import { Offers } from './offers.js';
import { OpenCheckouts } from './open-checkouts.js';
import { Leaving } from './plans/leaving.js';
import { PlanCredits } from './plans/plan-credits.js';
import { Subscribing } from './plans/subscribing.js';
import { SubscriptionLooks } from './plans/subscription-looks.js';
import { SubscriptionsController } from './plans/subscriptions.controller.js';
import { Subscriptions } from './plans/subscriptions.js';
import { ProviderEventsController } from './provider-events.controller.js';
import { ProviderEvents } from './provider-events.js';
import { PAYMENT_PROVIDER, type PaymentProvider } from './provider.js';
import { PurchaseEvents } from './purchase-events.js';
import { PurchaseDesk } from './purchase-desk.js';
import { PurchaseSweeper } from './purchase-sweeper.js';
import { PurchasesController } from './purchases.controller.js';
import { PurchasedCredits } from './purchased-credits.js';
import { PurchaseVitals } from './purchase-vitals.js';
import { Purchases } from './purchases.js';
import { Refunds } from './refunds.js';
import { StripeProvider } from './stripe/stripe-provider.js';

/** Money in, and back. */
@Module({
  imports: [AccountModule],
  controllers: [PurchasesController, SubscriptionsController, ProviderEventsController],
  providers: [
    PurchaseBooks,
    Leaving,
    Looks,
    Offers,
    OpenCheckouts,
    PlanCredits,
    ProviderEvents,
    PurchasedCredits,
    Purchases,
    PurchaseDesk,
    PurchaseEvents,
    PurchaseSweeper,
    PurchaseVitals,
    Refunds,
    Subscribing,
    SubscriptionLooks,
    Subscriptions,
    {
      provide: PAYMENT_PROVIDER,
      inject: [Environment, WalletDatabase, HttpAdapterHost],
      useFactory: providerOf,
    },
  ],
  exports: [PurchaseDesk, PurchaseSweeper, PurchaseVitals],
})
export class PaymentsModule implements OnModuleInit {
  constructor(
    private readonly host: HttpAdapterHost,
    private readonly offers: Offers,
    private readonly events: ProviderEvents,
    @Inject(PAYMENT_PROVIDER) private readonly provider: PaymentProvider | null,
  ) {}

  onModuleInit(): void {
    const instance = instanceOf(this.host);
    // An application context serves nobody.
    if (instance === undefined) return;
    instance.decorate('offersFor', (shortfall: number) => this.offers.for(shortfall));
    if (!(this.provider instanceof DemoProvider)) return;
    serveDemoCheckout(instance, this.provider, (hint) => this.events.follow(hint));
  }
}

/** Null where nothing is sold. */
async function providerOf(
  environment: Environment,
  databases: WalletDatabase,
  host: HttpAdapterHost,
): Promise<PaymentProvider | null> {
  switch (environment.payments) {
    case 'off':
      return null;
    case 'stripe':
      return StripeProvider.open(environment);
    case 'demo':
      return new DemoProvider(
        databases,
        () => originOf(environment, host),
        () => addressOf(host) !== undefined,
      );
  }
}

/** Of this server on this machine, at the port it got. */
function originOf({ host, port }: Environment, adapter: HttpAdapterHost): string {
  return `http://${host.includes(':') ? `[${host}]` : host}:${addressOf(adapter)?.port ?? port}`;
}

/** Undefined: nobody is served. */
function addressOf(adapter: HttpAdapterHost): AddressInfo | undefined {
  return (instanceOf(adapter)?.server.address() ?? undefined) as AddressInfo | undefined;
}

function instanceOf(host: HttpAdapterHost): FastifyInstance | undefined {
  return (host.httpAdapter as HttpAdapterHost['httpAdapter'] | undefined)?.getInstance<FastifyInstance>();
}
