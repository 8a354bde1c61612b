import type { FastifyReply } from 'fastify';

declare module 'fastify' {
  interface FastifyReply {
    deadline: NodeJS.Timeout | undefined;
  }
}

/** For the few requests whose work has limits of its own or grows with all that is stored: no deadline. */
export function mayLast(reply: FastifyReply): void {
  clearTimeout(reply.deadline);
}
