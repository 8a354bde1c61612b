import { totalmem } from 'node:os';

/** The only database in the embedded server. */
export const DATABASE = 'creditgate';

const MIB = 2 ** 20;

/**
 * A quarter of the memory of the machine or the container, as PostgreSQL's manual advises. It is taken page by page,
 * as the database grows. At most what was measured (docs/lab/scale.md).
 */
export function sharedBuffers(
  memoryBytes = Math.min(totalmem(), process.constrainedMemory() || Infinity),
): string {
  return `${Math.floor(Math.min(4_096 * MIB, Math.max(128 * MIB, memoryBytes / 4)) / MIB)}MB`;
}

/** On the command line, so that neither an edited postgresql.conf nor ALTER SYSTEM makes the server unsafe. */
const SETTINGS = {
  listen_addresses: '127.0.0.1',
  // The path of a socket has a limit of some 100 characters; DATA_DIR may be longer.
  unix_socket_directories: '',
  max_connections: '100',

  fsync: 'on',
  full_page_writes: 'on',
  synchronous_commit: 'on',

  shared_buffers: sharedBuffers(),
  max_wal_size: '4GB',
  jit: 'off',
  timezone: 'UTC',
  log_timezone: 'UTC',
  log_checkpoints: 'off',
};

export function serverArguments(dataFolder: string, port: number): string[] {
  const settings = Object.entries(SETTINGS).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
  return ['-D', dataFolder, '-p', String(port), ...settings];
}
