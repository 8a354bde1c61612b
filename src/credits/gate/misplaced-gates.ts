import { Injectable, Logger, type OnModuleInit } from '@nestjs/common';
import { DiscoveryService, MetadataScanner } from '@nestjs/core';
import 'reflect-metadata';
import { LateGuardError, NotARequestError } from '../programming-errors.js';
import { CreditsCost } from './cost.js';
import { CreditsGuard } from './credits.guard.js';

// Nest's own metadata, as in endpoint.ts.
const GUARDS = '__guards__';
const PATH = 'path';
const MESSAGE_PATTERN = 'microservices:pattern';

/** By its name: nothing else tells a guard that says who somebody is from one that says what they may. */
const AUTHENTICATES = /authn|authent|auth(?!or)|jwt|passport|bearer|token|session|log-?in|signed-?in|identi/i;

type Target = object & { name: string };
interface Class extends Target {
  prototype: Record<string, Target>;
}

/**
 * Stops the start where a gate guards nothing, because its handler answers no request over HTTP, and where it would run
 * before it can know the user.
 */
@Injectable()
export class MisplacedGates implements OnModuleInit {
  readonly #logger = new Logger('Credits');

  constructor(
    private readonly discovery: DiscoveryService,
    private readonly scanner: MetadataScanner,
  ) {}

  /** @throws NotARequestError, LateGuardError */
  onModuleInit(): void {
    const controllers = new Set(this.#classes(this.discovery.getControllers()));
    for (const controller of controllers) this.#checkController(controller);
    for (const provider of this.#classes(this.discovery.getProviders())) {
      if (!controllers.has(provider)) this.#checkProvider(provider);
    }
  }

  /** Resolvers and gateways are providers; the gate belongs to controllers. */
  #checkProvider(provider: Class): void {
    const gated = [provider, ...this.#methodsOf(provider)].find((target) => isGated(target));
    if (gated === undefined) return;
    throw new NotARequestError(gated === provider ? provider.name : `${provider.name}.${gated.name}`);
  }

  #checkController(controller: Class): void {
    for (const method of this.#methodsOf(controller)) {
      const name = `${controller.name}.${method.name}`;
      if (!isGated(method) && !isGated(controller)) {
        this.#checkOverride(name, method, controller);
        continue;
      }
      if (Reflect.hasMetadata(MESSAGE_PATTERN, method)) throw new NotARequestError(name);
      this.#checkOrder(name, [...guardsOf(controller), ...guardsOf(method)]);
    }
  }

  /** A decorator is on a method, and not on what takes its place in a subclass. */
  #checkOverride(name: string, method: Target, { prototype }: Class): void {
    if (!Reflect.hasMetadata(PATH, method)) return;
    for (let at: object | null = prototype; at !== null; at = Object.getPrototypeOf(at) as object | null) {
      const former: unknown = Object.getOwnPropertyDescriptor(at, method.name)?.value;
      if (typeof former !== 'function' || !isGated(former)) continue;
      const { name: parent } = at.constructor;
      this.#logger.warn(
        `${name} is free: it takes the place of ${parent}.${method.name}, whose gate it does not repeat`,
      );
    }
  }

  #checkOrder(name: string, guards: string[]): void {
    for (const guard of guards.slice(guards.indexOf(CreditsGuard.name) + 1)) {
      if (guard === CreditsGuard.name) continue;
      if (AUTHENTICATES.test(guard)) throw new LateGuardError(name, guard);
      this.#logger.warn(`${name}: ${guard} runs after the gate, so what it refuses has had its credits held`);
    }
  }

  #methodsOf({ prototype }: Class): Target[] {
    return this.scanner.getAllMethodNames(prototype).map((name) => prototype[name]!);
  }

  #classes(wrappers: readonly { metatype: unknown }[]): Class[] {
    return wrappers
      .map(({ metatype }) => metatype)
      .filter((metatype): metatype is Class => typeof metatype === 'function' && isClass(metatype));
  }
}

/** A factory of a provider is a function, too. */
function isClass(metatype: object): boolean {
  return (
    typeof (metatype as Partial<Class>).prototype === 'object' &&
    Function.prototype.toString.call(metatype).startsWith('class')
  );
}

function isGated(target: object): boolean {
  return Reflect.hasMetadata(CreditsCost.KEY, target);
}

/** In the order in which they run. */
function guardsOf(target: object): string[] {
  const guards = (Reflect.getMetadata(GUARDS, target) ?? []) as (Target | object)[];
  return guards.map((guard) =>
    typeof guard === 'function' ? (guard as Target).name : guard.constructor.name,
  );
}
