import { Global, Module } from '@nestjs/common';
import { Environment } from '../config/environment.js';
import { AdminGuard } from './admin.guard.js';
import { IdentifyGuard } from './identify.guard.js';
import { SignedInGuard } from './signed-in.guard.js';
import { TokenVerifier } from './token-verifier.js';
import { trustOf } from './trust.js';

/** Who sends a request. HttpModule puts the two guards in front of every route, in the right order. */
@Global()
@Module({
  providers: [
    {
      provide: TokenVerifier,
      useFactory: async (environment: Environment) => new TokenVerifier(await trustOf(environment)),
      inject: [Environment],
    },
    IdentifyGuard,
    SignedInGuard,
    AdminGuard,
  ],
  exports: [TokenVerifier, IdentifyGuard, SignedInGuard],
})
export class IdentityModule {}
