import type { INestApplication } from '@nestjs/common';
import { ModulesContainer } from '@nestjs/core';
import { getMetadataStorage } from 'class-validator';
import { INPUTS } from '../../src/credits-http/asked.js';
import { BalanceController } from '../../src/credits-http/balance.controller.js';
import { PricesController } from '../../src/credits-http/prices.controller.js';
import { StatementsController } from '../../src/credits-http/statements.controller.js';

export interface Handler {
  /** `GET /api/credits` */
  route: string;
  queries: string[];
  bodies: string[];
}

type Type = { prototype: Record<string, object> };

const METHODS = ['GET', 'POST', 'PUT', 'DELETE', 'PATCH'];

/**
 * All handlers, with the query parameters and members of the body that they take: as the classes declare them against
 * which they are checked. `exists` tells which of the two addresses a route has, below `/api` or not.
 */
export function handlersOf(app: INestApplication, exists: (route: string) => boolean): Handler[] {
  const controllers = [...app.get(ModulesContainer).values()].flatMap((module) => [
    ...module.controllers.values(),
  ]);
  return controllers.flatMap(({ metatype }) => {
    const type = metatype as unknown as Type;
    return Object.getOwnPropertyNames(type.prototype)
      .filter((name) => name !== 'constructor')
      .flatMap((name) =>
        addressesOf(type, name).map((address) => ({
          route: routeOf(type, name, address, exists),
          queries: inputsOf(type, name, 4),
          bodies: inputsOf(type, name, 3),
        })),
      );
  });
}

function addressesOf(type: Type, name: string): string[] {
  const base = Reflect.getMetadata('path', type) as string;
  const paths = [Reflect.getMetadata('path', type.prototype[name]!) as string | string[] | undefined].flat();
  return paths
    .filter((path) => path !== undefined)
    .map((path) => `/${base}/${path}`.replace(/\/+/g, '/').replace(/(.)\/$/, '$1'));
}

function routeOf(type: Type, name: string, address: string, exists: (route: string) => boolean): string {
  const method = METHODS[Reflect.getMetadata('method', type.prototype[name]!) as number];
  const route = (prefix: string) => `${method} ${prefix}${address.replace(/:(\w+)/g, '{$1}')}`;
  return exists(route('')) ? route('') : route('/api');
}

/** They read by hand what foreign pipes must not touch. */
const READS: readonly unknown[] = [BalanceController, PricesController, StatementsController];

/** Nest keeps what a parameter is under its number: 3 is the body, 4 the query. */
function inputsOf(type: Type, name: string, kind: 3 | 4): string[] {
  if (READS.includes(type)) {
    const isBody = name === 'quote';
    return isBody === (kind === 3) ? [...((INPUTS as Record<string, readonly string[]>)[name] ?? [])] : [];
  }
  const parameters = Object.entries(
    (Reflect.getMetadata('__routeArguments__', type, name) ?? {}) as Record<string, { index: number }>,
  );
  const types = Reflect.getMetadata('design:paramtypes', type.prototype, name) as (new () => object)[];
  const members = parameters
    .filter(([key]) => key.startsWith(`${kind}:`))
    .flatMap(([, { index }]) =>
      getMetadataStorage().getTargetValidationMetadatas(types[index]!, '', false, false),
    )
    .map(({ propertyName }) => propertyName);
  return [...new Set(members)].sort();
}
