import type { AbstractHttpAdapter, HttpAdapterHost } from '@nestjs/core';

/** Sends it: without another status the one that was decided before. */
type Reply<Response> = (response: Response, body: unknown, status?: number) => unknown;

/** Whatever Nest sends by itself, a result or a refusal, passes through here; what a handler sends by hand does not. */
export function aroundReplies<Response>(
  host: HttpAdapterHost,
  wrap: (reply: Reply<Response>) => Reply<Response>,
): void {
  // There is none outside HTTP, in a job for instance.
  const adapter = host.httpAdapter as AbstractHttpAdapter | null | undefined;
  if (adapter) adapter.reply = wrap(adapter.reply.bind(adapter));
}
