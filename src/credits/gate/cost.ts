import { Reflector } from '@nestjs/core';

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
