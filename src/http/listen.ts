import type { NestFastifyApplication } from '@nestjs/platform-fastify';

/**
 * Node takes one new connection per turn of its loop, and turns last longer the more there is to do. With Node's 511
 * the kernel throws away what more a flood brings, and its clients try again after 1, 3 and 7 seconds: they would wait
 * for a refusal that takes a millisecond. The kernel may allow less (`net.core.somaxconn`).
 */
const BACKLOG = 4_096;

export async function listen(
  app: NestFastifyApplication,
  { host, port }: { host: string; port: number },
): Promise<void> {
  await app.listen({ host, port, backlog: BACKLOG });
}
