import pg from 'pg';
import { SQLSTATE } from '../../credits/plumbing.js';
import { factsOf, type ServerFacts } from './server-facts.js';
import type { Timelines } from './timelines.js';

/** How long a host that does not answer is waited for. All hosts are asked at once. */
const ANSWERS_WITHIN_MS = 600;

class NoHostTakesWritesError extends Error {
  override name = 'NoHostTakesWritesError';
  readonly code = SQLSTATE.cannotConnectNow;
}

/**
 * The hosts of one address. The one that takes writes is remembered. When a connection to it fails, all are asked again,
 * once for all callers that want a connection meanwhile. If two take writes, the one with the later history is believed.
 */
export class Hosts {
  readonly #connected = new Map<pg.Client, number>();
  #primary: string | undefined;
  #search: Promise<string> | undefined;

  /** `addresses`: each of one host. */
  constructor(
    readonly addresses: readonly string[],
    private readonly timelines: Timelines,
  ) {}

  /** The address to connect to. */
  async primary(): Promise<string> {
    if (this.addresses.length === 1) return this.addresses[0]!;
    if (this.#primary !== undefined) return this.#primary;
    this.#search ??= this.#find().finally(() => (this.#search = undefined));
    return (this.#primary = await this.#search);
  }

  /** Forgets the primary: a connection to it failed, or led to another server. */
  doubt(address: string): void {
    if (this.#primary === address) this.#primary = undefined;
  }

  /** @throws FormerPrimaryError, NoHostTakesWritesError */
  async admit(client: pg.Client): Promise<void> {
    const { takesWrites, history } = await factsOf(client, () => this.timelines.tellHidden());
    // With a single host, reads still get an answer, and a write reports by itself what is wrong.
    if (!takesWrites && this.addresses.length > 1)
      throw new NoHostTakesWritesError('Not connected: a standby');
    if (history === undefined) return;
    if (this.timelines.admit(history)) this.#endBefore(history.timeline);
    this.#connected.set(client, history.timeline);
    client.once('end', () => this.#connected.delete(client));
  }

  /** Connections that still lead to the former primary end as if that server had gone. */
  #endBefore(timeline: number): void {
    for (const [client, own] of this.#connected) if (own < timeline) client.connection.stream.destroy();
  }

  async #find(): Promise<string> {
    const answers = await Promise.allSettled(this.addresses.map((address) => ask(address, this.timelines)));
    const found = answers
      .flatMap((answer, index) =>
        answer.status === 'fulfilled' && answer.value.takesWrites
          ? [{ address: this.addresses[index]!, timeline: answer.value.history?.timeline ?? 0 }]
          : [],
      )
      .sort((a, b) => b.timeline - a.timeline)[0];
    if (found !== undefined) return found.address;
    const reasons = answers.map((answer, index) => {
      const reason = answer.status === 'fulfilled' ? 'a standby' : reasonOf(answer.reason);
      return `${new URL(this.addresses[index]!).host}: ${reason}`;
    });
    throw new NoHostTakesWritesError(`Not connected: no host takes writes (${reasons.join(', ')})`);
  }
}

async function ask(connectionString: string, timelines: Timelines): Promise<ServerFacts> {
  const client = new pg.Client({
    connectionString,
    connectionTimeoutMillis: ANSWERS_WITHIN_MS,
    query_timeout: ANSWERS_WITHIN_MS,
    application_name: 'creditgate hosts',
  });
  client.on('error', () => undefined);
  try {
    await client.connect();
    return await factsOf(client, () => timelines.tellHidden());
  } finally {
    void client.end().catch(() => undefined);
  }
}

function reasonOf(error: unknown): string {
  const { code, message } = error as { code?: string; message: string };
  return code ?? message;
}
