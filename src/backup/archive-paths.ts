import { format, parse } from 'node:path';

/** One server's archive has the name that was given; of several each is named after its groups: `credits-0-3.zip`. */
export function archivePaths(file: string, servers: readonly { name: string }[]): string[] {
  if (servers.length === 1) return [file];
  const { dir, name, ext } = parse(file);
  return servers.map((server) => format({ dir, name: `${name}-${server.name}`, ext }));
}
