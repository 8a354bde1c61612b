import type { ClientBase, ClientConfig, PoolConfig } from 'pg';
import { addressesOf } from '../../config/postgres-url.js';
import { Hosts } from './hosts.js';
import { PrimaryClient } from './primary-client.js';
import type { Timelines } from './timelines.js';

/** How to connect to a database: for a pool of node-postgres, for TypeORM's, and for one connection (`clientOf`). */
export type Connection = PoolConfig & { connectionString: string };

/** How to connect to an address that may name several hosts. It holds the password, so it never belongs in a log. */
export function connectionTo(url: string, timelines: Timelines): Connection {
  const addresses = addressesOf(url).map(withoutTarget);
  const hosts = new Hosts(addresses, timelines);
  class ClientOfHosts extends PrimaryClient {
    constructor(config: ClientConfig) {
      super(config, hosts);
    }
  }
  return { connectionString: addresses[0]!, Client: ClientOfHosts as unknown as new () => ClientBase };
}

/** The driver ignores it, and it says what is always true here. */
function withoutTarget(address: string): string {
  const url = new URL(address);
  if (!url.searchParams.has('target_session_attrs')) return address;
  url.searchParams.delete('target_session_attrs');
  return url.href;
}
