import type { Server, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';

/** A client that reads nothing for so long, although there is something to read, has left without a word. */
const STALL_LIMIT_MS = 30_000;
/** Each costs a file descriptor and some kilobytes; further ones are closed at once. */
const MOST_CONNECTIONS = 10_000;

interface Connection {
  /** Requests that are not fully answered. */
  open: number;
  /** Answers that are queued behind another one. */
  queued?: Set<ServerResponse>;
}

/**
 * What is wrong with a connection ends everything that was opened for it, whatever the route.
 *
 * When a connection dies Node closes the answer whose turn it is and forgets those that are queued behind it: for
 * them `close` would never come, and with it neither the end of a file, a stream, a place in the crowd, a hold nor
 * the line in the log. Here it comes to all of them, in Node's own way.
 */
export function watchConnections(server: Server, stallLimitMs = STALL_LIMIT_MS): void {
  const connections = new WeakMap<Socket, Connection>();
  const connectionOf = (socket: Socket): Connection => {
    let connection = connections.get(socket);
    if (connection === undefined) connections.set(socket, (connection = { open: 0 }));
    return connection;
  };
  server.prependListener('request', ({ socket }, response) => {
    const connection = connectionOf(socket);
    connection.open += 1;
    // The log, the door, a gate and a stream all wait for the end, and Node would warn of a leak at eleven listeners.
    response.setMaxListeners(20);
    response.once('close', () => (connection.open -= 1));
    if (response.socket === null) queue(connection, socket, response);
  });
  server.maxConnections = MOST_CONNECTIONS;
  server.timeout = stallLimitMs;
  server.on('timeout', (socket: Socket) => {
    // Silence while an answer is being made is not the client's fault.
    const isWaited = (connections.get(socket)?.open ?? 0) > 0 && socket.writableLength === 0;
    if (!isWaited) socket.destroy();
  });
}

function queue(connection: Connection, socket: Socket, response: ServerResponse): void {
  if (connection.queued === undefined) {
    const queued = (connection.queued = new Set());
    socket.once('close', () => queued.forEach(close));
  }
  const { queued } = connection;
  queued.add(response);
  const leave = () => queued.delete(response);
  response.once('socket', leave).once('close', leave);
}

/** Does what Node's own `onServerResponseClose` does. */
function close(response: ServerResponse): void {
  Object.assign(response, { destroyed: true, _closed: true });
  response.emit('close');
}
