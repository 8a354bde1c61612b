import { Reflector } from '@nestjs/core';
import 'reflect-metadata';
import type { Measured } from '../prices/price.js';

/**
 * An action and how much of it: so many calls (`units`), or, at a price by unit, the most that the work may use
 * (`atMost`) or is sure to use (`atLeast`, and the handler calls `work.raise` once it knows more). A price per call
 * ignores the last two.
 */
export type PricedCost = { action: string } & (
  { units: number } | { atMost: Measured } | { atLeast: Measured }
);

/** An action of the price list, or an action and how much of it; null is free. */
export type ActionCost = string | PricedCost | null;

/** The request as the host's HTTP adapter has it; annotate the parameter with your own type to narrow it. */
// eslint-disable-next-line @typescript-eslint/no-explicit-any
export type CostResolver = (request: any) => ActionCost | Promise<ActionCost>;

export type Cost = string | PricedCost | CostResolver;

/**
 * What is charged if the client leaves before it has the whole answer; a shutdown of this server counts as that too.
 * `release`: nothing. `capture`: what `work.use` reported so far. `drain`: the handler, or its stream, runs on to its
 * end, and then what `work.use` reported is charged.
 */
export type OnClientLeft = 'release' | 'capture' | 'drain';

export interface GateSettings {
  /** Default: the option `onClientLeft` of the module. */
  onClientLeft?: OnClientLeft;
  /** For `@Sse()`: the stream ends with an event `credits` that says what was charged, just before that event. */
  creditsEvent?: boolean;
  /**
   * The user whom the answer is about, if that is not the one who gets it: that user's erasure then empties the recorded
   * answer. If only the work finds out, call `work.isAbout(userId)` instead.
   */
  // eslint-disable-next-line @typescript-eslint/no-explicit-any
  about?: (request: any) => string | undefined;
}

/** The cost of an endpoint that is always free, and whose answers have no member `credits`; see Idempotent. */
export const NO_COST: CostResolver = () => null;

/** The metadata that RequireCredits leaves on a handler or controller. */
export const CreditsCost = Reflector.createDecorator<Cost>();
export const CreditsSettings = Reflector.createDecorator<GateSettings>();

const GATES = Symbol('gates');

/** Records every gate that is put on a target, because the metadata of CreditsCost keeps only the uppermost. */
export function noteGate(cost: Cost): MethodDecorator & ClassDecorator {
  return (target: object, _name?: string | symbol, descriptor?: PropertyDescriptor) => {
    const on = (descriptor?.value ?? target) as object;
    Reflect.defineMetadata(GATES, [...gatesOn(on), cost], on);
  };
}

/** The gates on this very target, not those of its controller. */
export function gatesOn(target: object): readonly Cost[] {
  return (Reflect.getOwnMetadata(GATES, target) as Cost[] | undefined) ?? [];
}
