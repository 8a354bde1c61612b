import type { IncomingMessage, Server, ServerResponse } from 'node:http';

/** In front of what listens to the server's requests now: those that `answers` says it has answered go no further. */
export function askFirst(
  server: Server,
  answers: (request: IncomingMessage, response: ServerResponse) => boolean,
): void {
  const others = server.listeners('request') as ((
    request: IncomingMessage,
    response: ServerResponse,
  ) => void)[];
  server.removeAllListeners('request');
  server.on('request', (request, response) => {
    if (answers(request, response)) return;
    for (const other of others) other(request, response);
  });
}
