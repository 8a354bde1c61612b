import { setTimeout as delay } from 'node:timers/promises';
import pg from 'pg';
import { SQLSTATE } from '../../credits/plumbing.js';
import { factsOf, type ServerFacts } from './server-facts.js';
import { FormerPrimaryError, type Timelines } from './timelines.js';

/** All hosts are asked at once. If one takes writes, the others are waited for this long: it may be a former primary. */
const CHOOSE_AFTER_MS = 600;
/** While none takes writes, the hosts that have not answered are waited for this long: a busy server is slow to let a client in. */
const ANSWERS_WITHIN_MS = 1_500;

class NoHostTakesWritesError extends Error {
  override name = 'NoHostTakesWritesError';
  readonly code = SQLSTATE.cannotConnectNow;
}

interface Candidate {
  address: string;
  timeline: number;
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
    this.timelines.admit(history);
    this.#endBefore(history.timeline);
    this.#connected.set(client, history.timeline);
    client.once('end', () => this.#connected.delete(client));
  }

  /** Connections that still lead to the former primary end as if that server had gone. */
  #endBefore(timeline: number): void {
    for (const [client, own] of this.#connected) if (own < timeline) client.connection.stream.destroy();
  }

  async #find(): Promise<string> {
    const found: Candidate[] = [];
    const asked = this.addresses.map(async (address) => found.push(await this.#ask(address)));
    const all = Promise.allSettled(asked);
    await Promise.race([all, delay(CHOOSE_AFTER_MS, undefined, { ref: false })]);
    if (found.length === 0) await Promise.any(asked).catch(() => undefined);
    const [latest] = found.sort((a, b) => b.timeline - a.timeline);
    if (latest !== undefined) return latest.address;
    const reasons = (await all).map((answer, index) => {
      const reason = answer.status === 'rejected' ? reasonOf(answer.reason) : '';
      return `${new URL(this.addresses[index]!).host}: ${reason}`;
    });
    throw new NoHostTakesWritesError(`Not connected: no host takes writes (${reasons.join(', ')})`);
  }

  /** @throws FormerPrimaryError, and what a connection throws */
  async #ask(address: string): Promise<Candidate> {
    const { takesWrites, history } = await ask(address, this.timelines);
    if (!takesWrites) throw new Error('a standby');
    if (history !== undefined) this.timelines.refuseFormer(history);
    return { address, timeline: history?.timeline ?? 0 };
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
  return error instanceof FormerPrimaryError ? message.replace(/^Not connected: /, '') : (code ?? message);
}
