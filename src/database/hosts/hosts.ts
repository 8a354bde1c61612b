import { setTimeout as delay } from 'node:timers/promises';
import pg from 'pg';
import { factsOf, type ServerFacts } from './server-facts.js';
import { FormerPrimaryError, type Timelines } from './timelines.js';

/** All hosts are asked at once. So long the others are waited for when one takes writes: it may be a former primary. */
const CHOOSE_AFTER_MS = 600;
/** While none takes writes, those that have not answered are waited for so long: a busy server is slow to let somebody in. */
const ANSWERS_WITHIN_MS = 1_500;

/** The code of a server that is not to be connected to now. */
class NoHostTakesWritesError extends Error {
  override name = 'NoHostTakesWritesError';
  readonly code = '57P03';
}

interface Candidate {
  address: string;
  timeline: number;
}

/**
 * The hosts of one address. The one that takes writes is remembered; when a connection to it fails, all are asked anew, once
 * for everybody who wants a connection meanwhile. Of two that take writes the later history is believed.
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

  /** A connection could not be made, or is not what it was taken for. */
  doubt(address: string): void {
    if (this.#primary === address) this.#primary = undefined;
  }

  /** @throws FormerPrimaryError, NoHostTakesWritesError */
  async admit(client: pg.Client): Promise<void> {
    const { takesWrites, history } = await factsOf(client, () => this.timelines.tellHidden());
    // Where there is no other host, reads still have an answer, and a write says for itself what is wrong.
    if (!takesWrites && this.addresses.length > 1)
      throw new NoHostTakesWritesError('Not connected: a standby');
    if (history === undefined) return;
    this.timelines.admit(history);
    this.#endBefore(history.timeline);
    this.#connected.set(client, history.timeline);
    client.once('end', () => this.#connected.delete(client));
  }

  /** What is still connected to the former primary learns of it as if that had gone. */
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
