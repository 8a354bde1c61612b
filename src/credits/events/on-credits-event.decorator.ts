import { Reflector } from '@nestjs/core';
import { CreditsOptionsError } from '../checked-options.js';
import { EVENT_TYPES, type CreditsEventType } from './event.js';

export const HeardEvents = Reflector.createDecorator<CreditsEventType[]>();

/**
 * Calls a method of a provider or controller with each event of these types, at least once, in one process of the
 * application. If it throws, or takes longer than 15 seconds, it is called again, up to ten times in three days; `id` stays
 * the same.
 *
 * ```ts
 * @OnCreditsEvent('balance.low', 'balance.exhausted')
 * async remind({ id, data }: CreditsEvent) { await this.mails.once(id, data.userId); }
 * ```
 *
 * @throws CreditsOptionsError for an unknown type
 */
export function OnCreditsEvent(...types: CreditsEventType[]): MethodDecorator {
  const unknown = types.find((type) => !EVENT_TYPES.includes(type));
  if (unknown !== undefined)
    throw new CreditsOptionsError(`OnCreditsEvent: there is no event "${String(unknown)}".`);
  return HeardEvents(types);
}
