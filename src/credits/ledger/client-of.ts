import { Client, type ClientConfig, type PoolConfig } from 'pg';

/** One connection, of the class that the host's pools make theirs of. */
export function clientOf(config: PoolConfig): Client {
  const OfHost = (config.Client ?? Client) as unknown as new (config: ClientConfig) => Client;
  return new OfHost(config);
}
