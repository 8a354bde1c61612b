import { Reflector } from '@nestjs/core';
import { CreditsOptionsError } from '../checked-options.js';
import { EVENT_TYPES, type CreditsEventType } from './event.js';

export const HeardEvents = Reflector.createDecorator<CreditsEventType[]>();

/**
 * The method of a provider or controller is told of these events, in the process, at least once each. One that throws,
 * or takes longer than 15 seconds, is told again like a receiver of webhooks; `id` tells a repetition.
 *
 * ```ts
 * @OnCreditsEvent('balance.low', 'balance.exhausted')
 * async remind({ id, data }: CreditsEvent) { await this.mails.once(id, data.userId); }
 * ```
 *
 * @throws CreditsOptionsError for a type that there is not
 */
export function OnCreditsEvent(...types: CreditsEventType[]): MethodDecorator {
  const unknown = types.find((type) => !EVENT_TYPES.includes(type));
  if (unknown !== undefined)
    throw new CreditsOptionsError(`OnCreditsEvent: there is no event "${String(unknown)}".`);
  return HeardEvents(types);
}
