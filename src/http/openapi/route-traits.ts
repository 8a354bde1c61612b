import { GUARDS_METADATA } from '@nestjs/common/constants.js';
import { ModulesContainer, Reflector } from '@nestjs/core';
import type { INestApplication } from '@nestjs/common';
import { Describes } from '../../routes/describes.decorator.js';
import type { RouteDescription } from '../../routes/route-description.js';
import { CreditsCost, NO_COST } from '../../credits/index.js';
import { AdminGuard, IsPublic } from '../../identity/index.js';
import { HasNoRateLimit } from '../../routes/no-rate-limit.decorator.js';

/** A route's properties and purpose, from its decorators. */
export interface RouteTraits {
  isPublic: boolean;
  isForAdmins: boolean;
  isPaid: boolean;
  /** Paid or not, it does its work once per idempotency key. */
  isKeyed: boolean;
  isLimited: boolean;
  description: RouteDescription | undefined;
}

type Target = (...args: never[]) => unknown;

/**
 * The name under which a route's handler is found again: `BalanceController.balance`. Of a handler with two paths Nest
 * numbers the method: `balance[0]`, `balance[1]`.
 */
export const handlerName = (controller: string, method: string) =>
  `${controller}.${method.replace(/\[\d+\]$/, '')}`;

export function traitsByHandler(app: INestApplication): (handler: string) => RouteTraits {
  const reflector = app.get(Reflector);
  const classes = new Map<string, Target>();
  for (const module of app.get(ModulesContainer).values()) {
    for (const { metatype } of module.controllers.values()) {
      if (typeof metatype === 'function') classes.set(metatype.name, metatype as Target);
    }
  }
  return (handler) => {
    const [controller = '', method = ''] = handler.split('.');
    const type = classes.get(controller)!;
    const targets = [(type.prototype as Record<string, Target>)[method]!, type];
    const guards = reflector.getAllAndMerge<unknown[]>(GUARDS_METADATA, targets);
    const cost = reflector.getAllAndOverride(CreditsCost, targets);
    return {
      isPublic: reflector.getAllAndOverride(IsPublic, targets) === true,
      isForAdmins: guards.includes(AdminGuard),
      isPaid: cost !== undefined && cost !== NO_COST,
      isKeyed: cost !== undefined,
      isLimited: reflector.getAllAndOverride(HasNoRateLimit, targets) !== true,
      description: reflector.get(Describes, targets[0]!),
    };
  };
}
