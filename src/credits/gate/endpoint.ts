import type { ExecutionContext, Type } from '@nestjs/common';
import 'reflect-metadata';
import { CreditsCost, CreditsSettings, type Cost, type GateSettings } from './cost.js';

/** What sends the answer: Nest, from what the handler returns or from its stream of events, or the handler by hand. */
export type HandlerKind = 'value' | 'sse' | 'byHand';

/** What is known of an endpoint from its decorators alone. */
export interface Endpoint extends GateSettings {
  name: string;
  cost: Cost | undefined;
  kind: HandlerKind;
  /** A template or a redirection is sent, made from what the handler returns. */
  isRemade: boolean;
}

const known = new WeakMap<object, Map<unknown, Endpoint>>();

/** Of this request's endpoint; looked up once for each, as every request asks. */
export function endpointOf(context: ExecutionContext): Endpoint {
  const controller = context.getClass();
  const handler = context.getHandler();
  let ofController = known.get(controller);
  if (ofController === undefined) known.set(controller, (ofController = new Map<unknown, Endpoint>()));
  let endpoint = ofController.get(handler);
  if (endpoint === undefined) ofController.set(handler, (endpoint = describe(controller, handler)));
  return endpoint;
}

function describe(controller: Type, handler: object): Endpoint {
  const name = nameOf(controller, handler);
  const onEither = <T>(key: string): T | undefined =>
    (Reflect.getMetadata(key, handler) ?? Reflect.getMetadata(key, controller)) as T | undefined;
  return {
    name: `${controller.name}.${name}`,
    cost: onEither<Cost>(CreditsCost.KEY),
    kind: kindOf(controller, handler, name),
    isRemade: [RENDER, REDIRECT].some((key) => Reflect.hasMetadata(key, handler)),
    ...onEither<GateSettings>(CreditsSettings.KEY),
  };
}

// Nest's own metadata. It exports the names of these keys from different places in different versions, and has not
// changed the keys themselves.
const SSE = '__sse__';
const RENDER = '__renderTemplate__';
const REDIRECT = '__redirect__';
const ARGUMENTS = '__routeArguments__';
const PASSTHROUGH = '__responsePassthrough__';
/** `@Res()` and `@Next()`, as the numbers that their keys begin with. */
const ANSWERS_ITSELF = /^[12]:/;

function kindOf(controller: Type, handler: object, name: string): HandlerKind {
  if (Reflect.getMetadata(SSE, handler) === true) return 'sse';
  const taken = Object.keys((Reflect.getMetadata(ARGUMENTS, controller, name) as object | undefined) ?? {});
  const isPassthrough = Reflect.getMetadata(PASSTHROUGH, controller, name) === true;
  return taken.some((key) => ANSWERS_ITSELF.test(key)) && !isPassthrough ? 'byHand' : 'value';
}

/** The name of the method, which a function that some decorator put in its place need not have. */
function nameOf({ prototype }: Type, handler: object): string {
  for (
    let place = prototype as object | null;
    place !== null;
    place = Object.getPrototypeOf(place) as object | null
  ) {
    const found = Object.entries(Object.getOwnPropertyDescriptors(place)).find(
      ([, { value }]) => value === handler,
    );
    if (found !== undefined) return found[0];
  }
  return (handler as { name: string }).name;
}
