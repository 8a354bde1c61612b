import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import pg from 'pg';
import { sqlUnits, type Unit } from './wire.js';

/**
 * Where in a statement its backend is ended, as its client sees it:
 *
 *   in it      the server says that it ends the connection instead of answering; nothing happened
 *   unheard    the statement happened, and its answer is lost with the connection
 *   after it   the answer comes, and right behind it the news that the connection is over
 */
export const MOMENTS = ['in it', 'unheard', 'after it'] as const;
export type Moment = (typeof MOMENTS)[number];

/** What the product does by itself, whoever asks for something. */
const UPKEEP =
  /expires_at <= clock_timestamp\(\)|due_at <= clock_timestamp\(\)|UPDATE credits\.gifts|ctid = ANY|^\s*(LISTEN|NOTIFY|SELECT pg_notify|SELECT 1$)/;

/** Between the product and PostgreSQL: ends the backend of the n-th statement that comes through, with its real goodbye. */
export class BackendEnder {
  /** The statement that was struck. */
  struck: string | undefined;
  #aim: { at: number; moment: Moment } | undefined;
  #seen = 0;
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();

  private constructor(
    private readonly target: URL,
    private readonly admin: pg.Pool,
  ) {
    this.#server = createServer((client) => this.#serve(client));
  }

  static async before(databaseUrl: string): Promise<BackendEnder> {
    const admin = new pg.Pool({ connectionString: databaseUrl, max: 2 });
    const ender = new BackendEnder(new URL(databaseUrl), admin);
    await new Promise<void>((resolve) => ender.#server.listen(0, '127.0.0.1', resolve));
    return ender;
  }

  get url(): string {
    const url = new URL(this.target);
    url.host = `127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
    return url.href;
  }

  /** Count from now on. */
  aimAt(at: number, moment: Moment): void {
    this.#seen = 0;
    this.struck = undefined;
    this.#aim = { at, moment };
  }

  rest(): void {
    this.#aim = undefined;
  }

  async close(): Promise<void> {
    for (const socket of this.#sockets) socket.destroy();
    await new Promise((resolve) => this.#server.close(resolve));
    await this.admin.end();
  }

  #serve(client: Socket): void {
    const server = connect(Number(this.target.port), this.target.hostname);
    for (const socket of [client, server]) {
      this.#sockets.add(socket.setNoDelay());
      socket.on('error', () => undefined).on('close', () => this.#sockets.delete(socket));
    }
    server.pipe(client);
    const hangUp = () => client.end();
    server.on('close', hangUp);
    client.on('close', () => server.destroy());
    const split = sqlUnits();
    let turn = Promise.resolve();
    client.on('data', (chunk: Buffer) => {
      for (const unit of split(chunk)) turn = turn.then(() => this.#pass(unit, client, server, hangUp));
    });
  }

  async #pass({ bytes, sql }: Unit, client: Socket, server: Socket, hangUp: () => void): Promise<void> {
    const moment = this.#momentOf(sql);
    if (moment === undefined) return void server.write(bytes);
    this.struck = sql;
    if (moment === 'in it') return this.#end(server);
    const answer: Buffer[] = [];
    server
      .off('close', hangUp)
      .unpipe(client)
      .on('data', (chunk: Buffer) => answer.push(chunk))
      .resume();
    server.write(bytes);
    await this.#idle(server);
    await this.#end(server);
    if (moment === 'after it') client.end(Buffer.concat(answer));
    else client.destroy();
  }

  #momentOf(sql: string | undefined): Moment | undefined {
    if (sql === undefined || this.#aim === undefined || this.struck !== undefined || UPKEEP.test(sql))
      return undefined;
    this.#seen += 1;
    return this.#seen === this.#aim.at ? this.#aim.moment : undefined;
  }

  async #idle({ localPort }: Socket): Promise<void> {
    const sql = `SELECT FROM pg_stat_activity WHERE client_port = $1 AND state = 'active'`;
    // The bytes have to be there first; a statement that has not begun looks idle.
    do await delay(5);
    while ((await this.admin.query(sql, [localPort])).rows.length > 0);
  }

  async #end(server: Socket): Promise<void> {
    const isOver = new Promise((resolve) => server.once('close', resolve));
    await this.admin.query('SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE client_port = $1', [
      server.localPort,
    ]);
    await isOver;
  }
}
