import { Reflector } from '@nestjs/core';
import 'reflect-metadata';
import type { Measured } from '../prices/price.js';

/**
 * So many times an action; or, where its price is by unit, the most it may use (`atMost`), or what it begins with until
 * the handler knows more and says it (`atLeast`, then `work.raise`). A price per call stays one per call.
 */
export type PricedCost = { action: string } & (
  { units: number } | { atMost: Measured } | { atLeast: Measured }
);

/** An action of the price list, more precisely an action and how much of it, or null for free. */
export type ActionCost = string | PricedCost | null;

/** The request as the host's HTTP adapter has it; annotate the parameter with your own type to narrow it. */
// eslint-disable-next-line @typescript-eslint/no-explicit-any
export type CostResolver = (request: any) => ActionCost | Promise<ActionCost>;

export type Cost = string | PricedCost | CostResolver;

/**
 * What is charged when the client leaves before it has the whole answer, which our own shutdown counts as: nothing;
 * what `work.use` said so far; or the same when the source, or the handler, has come to its end, which it may.
 */
export type OnClientLeft = 'release' | 'capture' | 'drain';

export interface GateSettings {
  /** Default: the module's, which is `release` by default. */
  onClientLeft?: OnClientLeft;
  /** For `@Sse()`: a last event `credits` says what was charged. It is charged just before that event, then. */
  creditsEvent?: boolean;
  /**
   * Whom the answer is about, where that is somebody else than who is answered, so that the person's erasure empties it;
   * what only the work finds out it tells by `work.isAbout(userId)`.
   */
  // eslint-disable-next-line @typescript-eslint/no-explicit-any
  about?: (request: any) => string | undefined;
}

/** An endpoint without a price, whose answers do not speak of credits; see Idempotent. */
export const NO_COST: CostResolver = () => null;

/** The metadata that RequireCredits leaves on a handler or controller. */
export const CreditsCost = Reflector.createDecorator<Cost>();
export const CreditsSettings = Reflector.createDecorator<GateSettings>();

const GATES = Symbol('gates');

/** Notes every gate that is put on a target: of CreditsCost the upper one alone would be left. */
export function noteGate(cost: Cost): MethodDecorator & ClassDecorator {
  return (target: object, _name?: string | symbol, descriptor?: PropertyDescriptor) => {
    const on = (descriptor?.value ?? target) as object;
    Reflect.defineMetadata(GATES, [...gatesOn(on), cost], on);
  };
}

/** On this very target. */
export function gatesOn(target: object): readonly Cost[] {
  return (Reflect.getOwnMetadata(GATES, target) as Cost[] | undefined) ?? [];
}
