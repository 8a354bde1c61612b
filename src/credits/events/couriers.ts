import type { BeforeApplicationShutdown, OnApplicationBootstrap } from '@nestjs/common';
import type { EventsOptions } from '../credits.options.js';
import type { LedgerDatabase } from '../database/ledger-database.js';
import { Courier } from './courier.js';
import { Deliveries } from './deliveries.js';
import { endpointOf } from './endpoint.js';
import { EVENT_TYPES, type EventChannel } from './event.js';
import type { ExpiryNotices } from './expiry-notices.js';
import type { EventHandlers } from './handlers.js';
import { post } from './post.js';

export const DEFAULT_LOW_BALANCE = 20;
export const DEFAULT_NOTICE_DAYS = 7;

/** Whoever delivers in this process: to the operator's address, to the handlers of the application, or nobody. */
export class Couriers implements OnApplicationBootstrap, BeforeApplicationShutdown {
  readonly byChannel = new Map<EventChannel, Courier>();

  constructor(
    private readonly database: LedgerDatabase,
    private readonly handlers: EventHandlers,
    private readonly notices: ExpiryNotices,
    private readonly options: EventsOptions,
  ) {}

  async onApplicationBootstrap(): Promise<void> {
    const {
      url,
      secret,
      lowBalance = DEFAULT_LOW_BALANCE,
      expiryNoticeDays = DEFAULT_NOTICE_DAYS,
    } = this.options;
    const common = { lowBalance, expiryNoticeDays };
    if (url !== undefined) {
      const endpoint = endpointOf(url, secret!);
      await this.#start('post', {
        ...common,
        types: EVENT_TYPES,
        deliver: (event, stop) => post(endpoint, event, stop),
      });
    }
    const { types } = this.handlers;
    if (types.length > 0) {
      await this.#start('handler', { ...common, types, deliver: (event) => this.handlers.tell(event) });
    }
    if (this.byChannel.size > 0) this.notices.start();
  }

  /** Must end before the connections do, hence the earlier of Nest's two shutdown hooks. */
  async beforeApplicationShutdown(): Promise<void> {
    await Promise.all([
      this.notices.stop(),
      ...[...this.byChannel.values()].map((courier) => courier.stop()),
    ]);
  }

  async #start(channel: EventChannel, options: ConstructorParameters<typeof Courier>[1]): Promise<void> {
    const courier = new Courier(new Deliveries(this.database, channel), options);
    this.byChannel.set(channel, courier);
    await courier.start();
  }
}
