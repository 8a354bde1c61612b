import type { ServerResponse } from 'node:http';
import type { Readable } from 'node:stream';

/** Of Express, which is Node's own, and of Fastify, which has Node's inside. */
export type HostResponse = Headed & (ServerResponse | FastifyLike);

interface Headed {
  getHeader(name: string): string | string[] | number | undefined;
}

interface FastifyLike {
  raw: ServerResponse;
  hijack(): void;
  getHeaders(): Record<string, string | string[] | number | undefined>;
}

/** `Vary` with what this answer depends on, beside what it says already for the host: CORS puts `Origin` there. */
export function variedBy(response: HostResponse, names: string): string {
  return [response.getHeader('vary') ?? [], names].flat().join(', ');
}

/** The head of an answer that goes on for long, with the headers that the host has set; answers where to write it. */
export function beginStream(response: HostResponse, headers: Record<string, string>): ServerResponse {
  const vary = variedBy(response, headers['vary']!);
  if (!('raw' in response)) return response.writeHead(200, { ...headers, vary });
  response.hijack();
  return response.raw.writeHead(200, { ...response.getHeaders(), ...headers, vary });
}

/** Of a file that is sent: half of it must not look whole, and nobody reads on for a client that left. */
export function bind(source: Readable, response: HostResponse): void {
  const raw = 'raw' in response ? response.raw : response;
  source.once('error', () => raw.destroy());
  raw.once('close', () => source.destroy());
}
