import { Module } from '@nestjs/common';
import { AdminModule } from './admin/admin.module.js';
import { AccountModule } from './account/account.module.js';
import { ProductDisplay } from './account/product-display.js';
import { Environment } from './config/environment.js';
import { EnvironmentModule } from './config/environment.module.js';
import { CreditsModule } from './credits/index.js';
import { DatabaseModule } from './database/database.module.js';
import { Databases } from './database/databases.js';
import { DocxModule } from './docx/docx.module.js';
import { ExportModule } from './export/export.module.js';
import { CreditMetrics } from './watch/credit-metrics.js';
import { PurchaseMetrics } from './watch/purchase-metrics.js';
import { HttpModule } from './http/http.module.js';
import { nameByHold } from './http/request-id.js';
import { problemOf } from './problems/problem.js';
import { tracer } from './watch/tracing.js';
import { WalletLog } from './watch/wallet-log.js';
import { IdentityModule, userOf } from './identity/index.js';
import { LibraryModule } from './library/library.module.js';
import { MIGRATIONS } from './migrations.js';
import { PaymentsModule } from './payments/index.js';
import { ReadAloudModule } from './read-aloud/read-aloud.module.js';
import { UploadModule } from './upload/upload.module.js';
import { WatchModule } from './watch/watch.module.js';
import { WebModule } from './web/web.module.js';

/** The product: the ground, the credit system, and the list of its features. */
@Module({
  imports: [
    EnvironmentModule,
    DatabaseModule.forRoot({ migrations: MIGRATIONS }),
    IdentityModule,
    HttpModule,
    WatchModule,
    CreditsModule.forRootAsync({
      inject: [Databases, Environment],
      useFactory: (databases: Databases, { prices, holdTtlSeconds, ...settings }: Environment) => ({
        groups: databases.groupCount,
        servers: databases.forCredits(),
        prices,
        holdTtlSeconds,
        answersKeptHours: settings.answersKeptHours,
        eventsKeptDays: settings.eventsKeptDays,
        endedHoldsKeptDays: settings.endedHoldsKeptDays,
        tracer,
        userOf,
        problemOf,
        onHold: nameByHold,
        events: {
          url: settings.eventsUrl,
          secret: settings.eventsSecret,
          lowBalance: settings.lowBalanceCredits,
          expiryNoticeDays: settings.expiryNoticeDays,
        },
      }),
    }),
    ProductDisplay,
    AccountModule,
    AdminModule,
    PaymentsModule,
    LibraryModule,
    UploadModule,
    DocxModule,
    ExportModule,
    ReadAloudModule,
    WebModule,
  ],
  providers: [WalletLog, CreditMetrics, PurchaseMetrics],
})
export class AppModule {}
