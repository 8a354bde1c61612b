import type { OnApplicationShutdown, OnModuleDestroy, OnModuleInit } from '@nestjs/common';
import type { Groups, LedgerConnection } from '../credits/plumbing.js';
import type { Fence } from './fence.js';
import { WalletListener } from './listener.js';
import type { BalanceDisplay } from './reader.js';

type Heard = Pick<BalanceDisplay, 'walletChanged' | 'everythingChanged'>;

/**
 * A listener for each server, including those that come later. While one is away, copies of the others' wallets are
 * still shown.
 */
export class Ears implements OnModuleInit, OnModuleDestroy, OnApplicationShutdown {
  readonly #ears = new Map<LedgerConnection, { number: number; listener: WalletListener }>();
  #display: Heard | undefined;

  constructor(
    private readonly groups: Groups,
    private readonly fence: Fence,
  ) {}

  /** From now on `display` is told of everything heard. */
  tell(display: Heard): void {
    this.#display = display;
  }

  /** The ear that hears of a user's wallet; undefined: none does. */
  of(userId: string): number | undefined {
    if (this.groups.count === 1) return 0;
    const connection = this.groups.find(userId)?.connection;
    return connection && this.#ears.get(connection)?.number;
  }

  onModuleInit(): void {
    this.groups.forEach(({ connection }) => this.#listenAt(connection));
  }

  onModuleDestroy(): void {
    for (const { listener } of this.#ears.values()) listener.onModuleDestroy();
  }

  async onApplicationShutdown(): Promise<void> {
    await Promise.all([...this.#ears.values()].map(({ listener }) => listener.onApplicationShutdown()));
  }

  #listenAt(connection: LedgerConnection): void {
    // The test kit has no server that tells of changes.
    if (this.#ears.has(connection) || !('announcer' in connection)) return;
    const { fence } = this;
    const number = this.#ears.size;
    fence.distrust(number);
    const trust = {
      isTrusted: (nowMs: number) => fence.isTrusted(nowMs, number),
      trustUntil: (timeMs: number) => fence.trustUntil(timeMs, number),
      distrust: () => fence.distrust(number),
    };
    const listener = new WalletListener(connection.listening, connection.announcer, this.#display!, trust);
    this.#ears.set(connection, { number, listener });
    listener.onModuleInit();
  }
}
