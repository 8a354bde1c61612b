import {
  createServer,
  type IncomingHttpHeaders,
  type IncomingMessage,
  type Server,
  type ServerResponse,
} from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';

export interface Received {
  id: string;
  headers: IncomingHttpHeaders;
  /** As it came. */
  raw: string;
  body: { type: string; timestamp: string; data: Record<string, unknown> };
}

type Answer = (response: ServerResponse, received: Received) => void;

export const status =
  (code: number, headers = {}): Answer =>
  (response) =>
    void response.writeHead(code, headers).end();

/** Takes the request and never says a word. */
export const hang: Answer = () => undefined;

/** A receiver of webhooks, on this machine; it answers as it is told. */
export class Receiver {
  readonly received: Received[] = [];
  answer: Answer = status(204);

  private constructor(private readonly server: Server) {}

  static async open(port = 0): Promise<Receiver> {
    const server = createServer();
    const receiver = new Receiver(server);
    server.on('request', (request, response) => void receiver.#take(request, response));
    await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
    return receiver;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}/hooks`;
  }

  /** Types in the order in which they came. */
  get types(): string[] {
    return this.received.map(({ body }) => body.type);
  }

  ofUser(userId: string): Received[] {
    return this.received.filter(({ body }) => body.data['userId'] === userId);
  }

  async #take(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const raw = await text(request);
    const { headers } = request;
    const received = { id: String(headers['webhook-id']), headers, raw, body: JSON.parse(raw || '{}') };
    this.received.push(received);
    this.answer(response, received);
  }

  async close(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }
}
