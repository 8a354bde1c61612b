import { Injectable, Logger } from '@nestjs/common';

/** The hash of a wallet that may have changed; undefined: any of them may have. A hint to read again. */
export type WalletSignalListener = (wallet: number | undefined) => void;

/** Tells this process of changes, after the outdated copies are gone. */
@Injectable()
export class WalletSignal {
  readonly #listeners = new Set<WalletSignalListener>();
  readonly #logger = new Logger('Display');

  /** Returns the function that unsubscribes. */
  subscribe(listener: WalletSignalListener): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  send(wallet: number | undefined): void {
    for (const listener of this.#listeners) {
      try {
        listener(wallet);
      } catch (error) {
        this.#logger.error(`a listener to wallet signals failed: ${String(error)}`);
      }
    }
  }
}
