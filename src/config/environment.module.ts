import { Global, Module } from '@nestjs/common';
import { ConfigModule, registerAs } from '@nestjs/config';
import { Environment } from './environment.js';
import { readEnvironment } from './read-environment.js';

/**
 * Read when the application is built, not when this file is imported, so that a fault reaches the caller as an error.
 * `.env` is read there, too, and stays out of `process.env`, whose secrets every child process would inherit.
 */
const environment = registerAs('environment', readEnvironment);

/** Makes the checked `Environment` injectable everywhere. */
@Global()
@Module({
  imports: [ConfigModule.forRoot({ ignoreEnvFile: true, load: [environment] })],
  providers: [
    { provide: Environment, useFactory: (loaded: Environment) => loaded, inject: [environment.KEY] },
  ],
  exports: [Environment],
})
export class EnvironmentModule {}
