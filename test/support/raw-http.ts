import { connect } from 'node:net';

export interface RawAnswer {
  status: number;
  headers: Headers;
  text: string;
}

/** Bytes as they are, for requests that no HTTP client would send. The server has to close the connection. */
export async function sendRaw(port: number, ...parts: (string | Buffer)[]): Promise<RawAnswer> {
  const socket = connect(port, '127.0.0.1');
  const chunks: Buffer[] = [];
  socket.on('error', () => undefined);
  // Whatever came until then is the answer; a server that hangs shows in it.
  socket.setTimeout(5_000, () => socket.destroy());
  for (const part of parts) socket.write(part);
  for await (const chunk of socket) chunks.push(chunk as Buffer);
  const [head = '', text = ''] = Buffer.concat(chunks)
    .toString()
    .split(/\r\n\r\n([^]*)/);
  const [statusLine = '', ...lines] = head.split('\r\n');
  const headers = new Headers(lines.map((line) => line.split(/: *(.*)/, 2) as [string, string]));
  return { status: Number(statusLine.split(' ')[1]), headers, text };
}

/** A GET with exactly these header lines. */
export function getRaw(port: number, path: string, ...headerLines: string[]): Promise<RawAnswer> {
  const lines = [`GET ${path} HTTP/1.1`, 'host: localhost', 'connection: close', ...headerLines];
  return sendRaw(port, `${lines.join('\r\n')}\r\n\r\n`);
}
