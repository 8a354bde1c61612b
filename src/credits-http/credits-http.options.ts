import type { FactoryProvider, ModuleMetadata } from '@nestjs/common';
import type { HostRequest } from '../credits/index.js';
import type { Listener } from './listener.js';
import type { LedgerHistory } from './history.js';

export const CREDITS_HTTP_OPTIONS = Symbol('options of the credit routes');

export interface CreditsHttpOptions {
  /** A balance with fewer available credits is marked `low`; default 20. The option of CreditsDisplayModule comes first. */
  lowBalanceCredits?: number;
  /** How long a client may listen to its balance; default ten minutes, then it reconnects through your guards. */
  listenerOf?: (request: HostRequest) => Listener;
  /** Where ledger entries are read, for hosts that add what each of them was for; default the ledger itself. */
  history?: LedgerHistory;
}

export interface CreditsHttpAsyncOptions extends Pick<ModuleMetadata, 'imports'> {
  inject?: FactoryProvider['inject'];
  useFactory: (...dependencies: never[]) => CreditsHttpOptions;
}
