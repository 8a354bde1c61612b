import type { FastifyInstance } from 'fastify';

export interface Route {
  method: string;
  url: string;
}

const lists = new WeakMap<FastifyInstance, Route[]>();

/** Keep a list of all routes, those that plugins add past Nest included. */
export function recordRoutes(instance: FastifyInstance): void {
  const routes: Route[] = [];
  lists.set(instance, routes);
  instance.addHook('onRoute', ({ method, url }) => {
    routes.push(...[method].flat().map((one) => ({ method: one, url })));
  });
}

export function routesOf(instance: FastifyInstance): readonly Route[] {
  return lists.get(instance) ?? [];
}
