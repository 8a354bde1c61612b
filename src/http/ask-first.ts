import type { IncomingMessage, Server, ServerResponse } from 'node:http';

/**
 * Goes in front of everything that listens to the server's requests now. Requests that `answers` says it has answered
 * go no further; if it returns no promise, it is done in the same turn.
 */
export function askFirst(
  server: Server,
  answers: (request: IncomingMessage, response: ServerResponse) => boolean | Promise<boolean>,
): void {
  const others = server.listeners('request') as ((
    request: IncomingMessage,
    response: ServerResponse,
  ) => void)[];
  server.removeAllListeners('request');
  server.on('request', (request, response) => {
    const passOn = () => others.forEach((other) => other(request, response));
    const answering = answers(request, response);
    const goOn = (isAnswered: boolean) => (isAnswered ? undefined : passOn());
    if (typeof answering === 'boolean') goOn(answering);
    else void answering.then(goOn);
  });
}
