import type { ServerResponse } from 'node:http';

/** Resolves once the answers before this one are sent; false: the connection died before. */
export async function turnOf(response: ServerResponse): Promise<boolean> {
  if (response.socket === null && !response.destroyed) {
    await new Promise<void>((resolve) => response.once('socket', resolve).once('close', resolve));
  }
  return !response.destroyed;
}
