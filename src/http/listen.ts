import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { once } from 'node:events';
import { createServer } from 'node:net';

/**
 * Node takes one new connection per turn of its loop, and turns last longer the more there is to do. With Node's 511
 * the kernel throws away what more a flood brings, and its clients try again after 1, 3 and 7 seconds: they would wait
 * for a refusal that takes a millisecond. The kernel may allow less (`net.core.somaxconn`).
 */
const BACKLOG = 4_096;

/** Checks the port before a database is made in vain: a first-time user should not have to wait for the message. */
export async function expectFreePort({ host, port }: { host: string; port: number }): Promise<void> {
  const probe = createServer().listen({ host, port });
  await once(probe, 'listening');
  await new Promise((resolve) => probe.close(resolve));
}

export async function listen(
  app: NestFastifyApplication,
  { host, port }: { host: string; port: number },
): Promise<void> {
  await app.listen({ host, port, backlog: BACKLOG });
}
