import { readFileSync } from 'node:fs';
import { connect, type Socket } from 'node:net';
import { supervisorFile } from './home.js';

// A lease is a connection to the supervisor, held by every process that uses the database. It ends with its
// process, however that ends, and with the last lease the supervisor stops the server.

/** What a supervisor writes to supervisor.json once its server answers. */
export interface SupervisorState {
  pid: number;
  leasePort: number;
  /** Needed because other users of the machine can reach the port, too. */
  token: string;
  /** The server's port, kept from start to start when it is free. */
  port: number;
}

export interface Lease {
  port: number;
  socket: Socket;
}

const ANSWER_WITHIN_MS = 1000;

export function readState(home: string): SupervisorState | undefined {
  try {
    return JSON.parse(readFileSync(supervisorFile(home), 'utf8')) as SupervisorState;
  } catch {
    return undefined;
  }
}

/** Undefined if no supervisor is in charge: none was started, it is gone, or it is about to stop. */
export async function requestLease(home: string): Promise<Lease | undefined> {
  const state = readState(home);
  if (!state) return undefined;
  const socket = connect({ host: '127.0.0.1', port: state.leasePort });
  const port = await answer(socket, `${state.token}\n`);
  if (!port) {
    socket.destroy();
    return undefined;
  }
  // A lease does not keep its process alive: a process with nothing else to do may end.
  socket.unref();
  return { port, socket };
}

function answer(socket: Socket, question: string): Promise<number> {
  return new Promise((resolve) => {
    const timer = setTimeout(() => resolve(0), ANSWER_WITHIN_MS);
    socket.on('error', () => undefined);
    socket.once('close', () => resolve(0));
    socket.once('data', (data) => {
      clearTimeout(timer);
      resolve(Number(data.toString().trim()));
    });
    socket.once('close', () => clearTimeout(timer));
    socket.write(question);
  });
}
