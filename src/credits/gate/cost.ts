import { Reflector } from '@nestjs/core';
import 'reflect-metadata';

/** An action of the price list, an action so many times, or null for free. */
export type ActionCost = string | { action: string; units: number } | null;

/** The request as the host's HTTP adapter has it; annotate the parameter with your own type to narrow it. */
// eslint-disable-next-line @typescript-eslint/no-explicit-any
export type CostResolver = (request: any) => ActionCost | Promise<ActionCost>;

export type Cost = string | CostResolver;

/** An endpoint without a price, whose answers do not speak of credits; see Idempotent. */
export const NO_COST: CostResolver = () => null;

/** The metadata that RequireCredits leaves on a handler or controller. */
export const CreditsCost = Reflector.createDecorator<Cost>();

/** The metadata that Idempotent leaves: whom an answer is about, as the request tells it. */
// eslint-disable-next-line @typescript-eslint/no-explicit-any
export const AnswersAbout = Reflector.createDecorator<(request: any) => string | undefined>();

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
