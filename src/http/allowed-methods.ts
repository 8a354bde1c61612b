import type { FastifyInstance } from 'fastify';
import { routesOf } from './route-list.js';

/** The methods that this address takes, sorted; none where nothing is there. */
export function allowedMethods(instance: FastifyInstance, address: string): string[] {
  const path = address.split('?', 1)[0]!.split('/');
  const there = routesOf(instance).filter(({ url }) => fits(path, url.split('/')));
  return [...new Set(there.map(({ method }) => method))].sort();
}

/** `/api/documents/:id` is there for any id. */
function fits(path: readonly string[], route: readonly string[]): boolean {
  return (
    path.length === route.length &&
    route.every((part, index) => part === path[index] || (part.startsWith(':') && path[index] !== ''))
  );
}
