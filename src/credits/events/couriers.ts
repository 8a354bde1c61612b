import { Logger, type BeforeApplicationShutdown, type OnApplicationBootstrap } from '@nestjs/common';
import type { EventsOptions } from '../credits.options.js';
import type { Group, Groups } from '../groups.js';
import { Courier, type CourierOptions } from './courier.js';
import { Deliveries } from './deliveries.js';
import { receiverAt } from './receiver.js';
import { EVENT_TYPES, type EventChannel } from './event.js';
import type { ExpiryNotices } from './expiry-notices.js';
import type { EventHandlers } from './handlers.js';
import { post } from './post.js';

const DEFAULT_LOW_BALANCE = 20;
const DEFAULT_NOTICE_DAYS = 7;

const NOTHING = { waiting: 0, oldestSeconds: 0 };

type Delivery = Pick<CourierOptions, 'types' | 'deliver'>;

/** The couriers of this process, one for each channel and group: to the operator's address, and to the application's handlers. */
export class Couriers implements OnApplicationBootstrap, BeforeApplicationShutdown {
  readonly #couriers: { channel: EventChannel; courier: Courier }[] = [];
  readonly #logger = new Logger('Events');

  constructor(
    private readonly groups: Groups,
    private readonly handlers: EventHandlers,
    private readonly notices: ExpiryNotices,
    private readonly options: EventsOptions,
  ) {}

  /** By channel, of all groups together. */
  get byChannel(): ReadonlyMap<EventChannel, Pick<Courier, 'attempts' | 'backlog'>> {
    const sums = new Map<EventChannel, Pick<Courier, 'attempts' | 'backlog'>>();
    for (const { channel, courier } of this.#couriers) {
      const { attempts, backlog } = sums.get(channel) ?? { attempts: {}, backlog: NOTHING };
      const waiting = backlog.waiting + courier.backlog.waiting;
      const oldestSeconds = Math.max(backlog.oldestSeconds, courier.backlog.oldestSeconds);
      for (const [result, count] of Object.entries(courier.attempts)) {
        attempts[result] = (attempts[result] ?? 0) + count;
      }
      sums.set(channel, { attempts, backlog: { waiting, oldestSeconds } });
    }
    return sums;
  }

  async onApplicationBootstrap(): Promise<void> {
    const deliveries = this.#deliveries();
    if (deliveries.size === 0) return;
    for (const group of this.groups.present()) await this.#start(group, deliveries);
    this.groups.whenJoins((group) => {
      this.#start(group, deliveries).catch((error: unknown) =>
        this.#logger.error(`no event of group ${group.number} is told: ${String(error)}`),
      );
    });
    this.notices.start();
  }

  /** Must end before the connections do, hence the earlier of Nest's two shutdown hooks. */
  async beforeApplicationShutdown(): Promise<void> {
    await Promise.all([this.notices.stop(), ...this.#couriers.map(({ courier }) => courier.stop())]);
  }

  #deliveries(): Map<EventChannel, Delivery> {
    const { url, secret } = this.options;
    const deliveries = new Map<EventChannel, Delivery>();
    if (url !== undefined) {
      const receiver = receiverAt(url, secret!);
      deliveries.set('post', { types: EVENT_TYPES, deliver: (event, stop) => post(receiver, event, stop) });
    }
    const { types } = this.handlers;
    if (types.length > 0) {
      deliveries.set('handler', { types, deliver: (event) => this.handlers.tell(event) });
    }
    return deliveries;
  }

  async #start({ database }: Group, deliveries: ReadonlyMap<EventChannel, Delivery>): Promise<void> {
    const { lowBalance = DEFAULT_LOW_BALANCE, expiryNoticeDays = DEFAULT_NOTICE_DAYS } = this.options;
    for (const [channel, delivery] of deliveries) {
      const options = { lowBalance, expiryNoticeDays, ...delivery };
      const courier = new Courier(new Deliveries(database, channel), options);
      this.#couriers.push({ channel, courier });
      await courier.start();
    }
  }
}
