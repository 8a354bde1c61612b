import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { routesOf } from '../../src/http/route-list.js';

/** What the contract opens to everybody; the page's own files besides. */
const PUBLIC_ROUTES =
  /^\/$|^\/(health\/(live|ready)|metrics|problems\/:problem|openapi\.json|docs(\/.*)?|api\/credits\/(prices|offers)|api\/payments\/events|assets\/.*|favicon\.ico|page\.json)$/;

/**
 * The routes that answer a stranger although nothing says they may. Every route of the server is tried, those of
 * plugins included, so a route that Nest's guards never see is found as well.
 */
export async function undecidedRoutes(
  app: NestFastifyApplication,
  publicRoutes: RegExp = PUBLIC_ROUTES,
): Promise<string[]> {
  const instance = app.getHttpAdapter().getInstance();
  const undecided: string[] = [];
  for (const { method, url } of routesOf(instance)) {
    if (publicRoutes.test(url)) continue;
    const path = url.replace(/:\w+/g, '018f0000-0000-7000-8000-000000000000').replace('*', 'x');
    const { statusCode } = await instance.inject({ method: method as 'GET', url: path });
    if (statusCode !== 401) undecided.push(`${method} ${url} answered ${statusCode}`);
  }
  return undecided;
}
