import { format, parse } from 'node:path';

/** A single archive has the given name; with several servers each is named after its groups: `credits-0-3.zip`. */
export function archivePaths(file: string, servers: readonly { name: string }[]): string[] {
  if (servers.length === 1) return [file];
  const { dir, name, ext } = parse(file);
  return servers.map((server) => format({ dir, name: `${name}-${server.name}`, ext }));
}
