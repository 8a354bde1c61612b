import { isPostgresUrl } from './postgres-url.js';

/** The groups of wallets on one server, in order, and how to reach it; without an address it is the embedded one. */
export interface Place {
  groups: readonly number[];
  url?: string;
  /** The server itself, where `url` leads through a pooler. */
  directUrl?: string;
}

export interface GroupSettings {
  groupCount: number;
  databaseUrl?: string;
  databaseDirectUrl?: string;
  databaseGroups?: string;
  databaseDirectGroups?: string;
}

/** Where a map says that each group is. */
type Addresses = Map<number, string>;

const EXAMPLE = '0-3=postgresql://… 4-7=postgresql://…';

/** Of "0-3=postgresql://… 4-7=postgresql://…"; undefined when it cannot be read so, or names a group twice. */
function readMap(text: string): Addresses | undefined {
  const addresses: Addresses = new Map();
  for (const part of text.trim().split(/\s+/)) {
    const [, from, to = from, url = ''] = /^(\d{1,4})(?:-(\d{1,4}))?=(.*)$/.exec(part) ?? [];
    if (from === undefined || Number(to) < Number(from) || !isPostgresUrl(url)) return undefined;
    for (let group = Number(from); group <= Number(to); group += 1) {
      if (addresses.has(group)) return undefined;
      addresses.set(group, url);
    }
  }
  return addresses;
}

function hasEveryGroup(addresses: Addresses, count: number): boolean {
  return addresses.size === count && Math.max(...addresses.keys()) === count - 1;
}

/** What the map of the groups must be, naming the variable. */
export function groupFaults({ groupCount, databaseGroups, databaseDirectGroups }: GroupSettings): string[] {
  const maps = { DATABASE_GROUPS: databaseGroups, DATABASE_DIRECT_GROUPS: databaseDirectGroups };
  const given = Object.entries(maps).filter((entry): entry is [string, string] => entry[1] !== undefined);
  const faults = given.flatMap(([name, text]) => {
    const addresses = readMap(text);
    if (addresses !== undefined && hasEveryGroup(addresses, groupCount)) return [];
    return [
      `${name} must name every group from 0 to ${groupCount - 1} (CREDIT_GROUPS is ${groupCount}) once, as in "${EXAMPLE}"`,
    ];
  });
  if (faults.length > 0 || databaseDirectGroups === undefined) return faults;
  if (databaseGroups === undefined) return ['DATABASE_DIRECT_GROUPS must come with DATABASE_GROUPS'];
  const [urls, direct] = [readMap(databaseGroups)!, readMap(databaseDirectGroups)!];
  const isOneServer = [...new Set(urls.values())].every(
    (url) => new Set(groupsAt(urls, url).map((group) => direct.get(group))).size === 1,
  );
  return isOneServer ? [] : ['DATABASE_DIRECT_GROUPS must have one server for each of DATABASE_GROUPS'];
}

function groupsAt(addresses: Addresses, url: string): number[] {
  return [...addresses.keys()].filter((group) => addresses.get(group) === url).sort((a, b) => a - b);
}

/** The servers that the settings name, if they have no faults. */
export function placesOf(settings: GroupSettings): Place[] {
  const { groupCount, databaseUrl, databaseDirectUrl, databaseGroups, databaseDirectGroups } = settings;
  if (databaseGroups === undefined) {
    const groups = Array.from({ length: groupCount }, (_, group) => group);
    return [{ groups, url: databaseUrl, directUrl: databaseDirectUrl }];
  }
  const urls = readMap(databaseGroups)!;
  const direct = databaseDirectGroups === undefined ? undefined : readMap(databaseDirectGroups);
  return [...new Set(urls.values())].map((url) => {
    const groups = groupsAt(urls, url);
    return { groups, url, directUrl: direct?.get(groups[0]!) };
  });
}

/** `0-3`, or `0, 2, 5`: for people, and for the label of a metric. */
export function nameOfGroups(groups: readonly number[]): string {
  const [first, last] = [groups[0]!, groups.at(-1)!];
  if (groups.length === 1) return String(first);
  return last - first === groups.length - 1 ? `${first}-${last}` : groups.join(',');
}
