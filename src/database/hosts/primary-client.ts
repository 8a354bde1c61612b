import pg from 'pg';
import type { Hosts } from './hosts.js';

type Connected = (error: Error | null, client?: pg.Client) => void;

/** A connection like any other, except that it is made to the host that takes writes, and refuses a former primary. */
export class PrimaryClient extends pg.Client {
  constructor(
    config: pg.ClientConfig,
    private readonly hosts: Hosts,
  ) {
    super(config);
    // While we check which server answers, nobody else listens yet; later its user hears of a loss from the next statement.
    this.on('error', () => undefined);
  }

  override connect(): Promise<pg.Client>;
  override connect(callback: Connected): void;
  override connect(callback?: Connected): Promise<pg.Client> | void {
    const connected = this.#connect();
    if (callback === undefined) return connected;
    // An error that the callback throws is not a failure to connect.
    connected.then(
      () => process.nextTick(callback, null, this),
      (error: Error) => process.nextTick(callback, error),
    );
  }

  async #connect(): Promise<pg.Client> {
    const address = await this.hosts.primary();
    // A pool that has waited for too long destroys a client that is not connected yet, and that would never report it.
    if (this.connection.stream.destroyed) throw new Error('Connection terminated: the search took too long');
    if (this.hosts.addresses.length > 1) {
      const { hostname, port } = new URL(address);
      this.host = hostname.replace(/^\[|\]$/g, '');
      this.port = Number(port || 5432);
    }
    try {
      await super.connect();
      await this.hosts.admit(this);
      return this;
    } catch (error) {
      this.hosts.doubt(address);
      void this.end().catch(() => undefined);
      throw error;
    }
  }
}
