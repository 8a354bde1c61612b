import { Reflector } from '@nestjs/core';
import type { CreditsEventType } from './event.js';

export const HeardEvents = Reflector.createDecorator<CreditsEventType[]>();

/**
 * The method of a provider or controller is told of these events, in the process, at least once each. One that throws,
 * or takes longer than 15 seconds, is told again like a receiver of webhooks; `id` tells a repetition.
 *
 * ```ts
 * @OnCreditsEvent('balance.low', 'balance.exhausted')
 * async remind({ id, data }: CreditsEvent) { await this.mails.once(id, data.userId); }
 * ```
 */
export const OnCreditsEvent = (...types: CreditsEventType[]): MethodDecorator => HeardEvents(types);
