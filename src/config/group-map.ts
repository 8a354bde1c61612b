import { faultOfPostgresUrl } from './postgres-url.js';

/** The groups of wallets on one server, in order, and how to reach it; without an address it is the embedded one. */
export interface Place {
  groups: readonly number[];
  url?: string;
  /** The server itself, where `url` leads through a pooler. */
  directUrl?: string;
  /** The variable and entry that name them, for messages. */
  variable: string;
  directVariable: string;
}

export interface GroupSettings {
  groupCount: number;
  databaseUrl?: string;
  databaseDirectUrl?: string;
  databaseGroups?: string;
  databaseDirectGroups?: string;
}

/** The place of each group, from a map. */
type Addresses = Map<number, string>;

const EXAMPLE = '0-3=postgresql://… 4-7=postgresql://…';

/** One entry of "0-3=postgresql://… 4-7=postgresql://…". */
interface Entry {
  groups: number[];
  url: string;
  /** Its fault, in a sentence without its address. */
  fault?: string;
}

function entriesOf(map: string, count: number): Entry[] {
  return map
    .trim()
    .split(/\s+/)
    .map((part, index) => {
      const [, from, to = from, url = ''] = /^(\d{1,4})(?:-(\d{1,4}))?=(.*)$/.exec(part) ?? [];
      const none = (why: string, name = `entry ${index + 1}`) => ({
        groups: [],
        url,
        fault: `${name} ${why}`,
      });
      if (from === undefined) return none('does not begin with its groups, as in 4-7=');
      const [first, last] = [Number(from), Number(to)];
      const name = `entry ${index + 1} (${first === last ? first : `${first}-${last}`})`;
      if (last < first) return none('counts backwards', name);
      if (last >= count) return none(`goes beyond the last group, which is ${count - 1}`, name);
      const fault = faultOfPostgresUrl(url);
      if (fault !== undefined) return none(`must be at a postgresql:// address: ${fault}`, name);
      return { groups: Array.from({ length: last - first + 1 }, (_, nth) => first + nth), url };
    });
}

function faultsOfMap(map: string, count: number): string[] {
  const entries = entriesOf(map, count);
  const faults = entries.flatMap(({ fault }) => fault ?? []);
  const named = entries.flatMap(({ groups }) => groups);
  const all = Array.from({ length: count }, (_, group) => group);
  const twice = all.filter((group) => named.indexOf(group) !== named.lastIndexOf(group));
  if (twice.length > 0) faults.push(`more than once: ${nameOfGroups(twice)}`);
  // An unreadable entry does not tell which groups it has.
  const missing = faults.length > 0 ? [] : all.filter((group) => !named.includes(group));
  if (missing.length > 0) faults.push(`missing: ${nameOfGroups(missing)}`);
  return faults;
}

function addressesIn(map: string, count: number): Addresses {
  return new Map(
    entriesOf(map, count).flatMap(({ groups, url }) => groups.map((group): [number, string] => [group, url])),
  );
}

/** The faults of the groups' addresses; they name the variable and the entry, never an address. */
export function groupFaults(settings: GroupSettings): string[] {
  const { groupCount, databaseGroups, databaseDirectGroups } = settings;
  const maps = { DATABASE_GROUPS: databaseGroups, DATABASE_DIRECT_GROUPS: databaseDirectGroups };
  const faults = Object.entries(maps).flatMap(([name, map]) => {
    const why = map === undefined ? [] : faultsOfMap(map, groupCount);
    const rule = `${name} must name every group from 0 to ${groupCount - 1} (CREDIT_GROUPS is ${groupCount}) once`;
    return why.length === 0 ? [] : [`${rule}, as in "${EXAMPLE}": ${why.join(', ')}`];
  });
  return faults.length > 0 ? faults : directFaults(settings);
}

/** The direct addresses must lead to the same servers. */
function directFaults(settings: GroupSettings): string[] {
  const { groupCount, databaseUrl, databaseDirectUrl, databaseGroups, databaseDirectGroups } = settings;
  if (databaseDirectUrl !== undefined && databaseUrl === undefined && databaseGroups === undefined)
    return ['DATABASE_DIRECT_URL must come with DATABASE_URL'];
  if (databaseDirectGroups === undefined) return [];
  if (databaseGroups === undefined) return ['DATABASE_DIRECT_GROUPS must come with DATABASE_GROUPS'];
  const urls = addressesIn(databaseGroups, groupCount);
  const direct = addressesIn(databaseDirectGroups, groupCount);
  const torn = [...new Set(urls.values())]
    .map((url) => groupsAt(urls, url))
    .filter((groups) => new Set(groups.map((group) => direct.get(group))).size > 1);
  if (torn.length === 0) return [];
  const which = torn.map(nameOfGroups).join(' and ');
  return [
    `DATABASE_DIRECT_GROUPS must have one server for each of DATABASE_GROUPS: it has several for the groups ${which}`,
  ];
}

function groupsAt(addresses: Addresses, url: string): number[] {
  return [...addresses.keys()].filter((group) => addresses.get(group) === url).sort((a, b) => a - b);
}

/** The servers that the settings name, if they have no faults. */
export function placesOf(settings: GroupSettings): Place[] {
  const { groupCount, databaseUrl, databaseDirectUrl, databaseGroups, databaseDirectGroups } = settings;
  if (databaseGroups === undefined) {
    const groups = Array.from({ length: groupCount }, (_, group) => group);
    const names = { variable: 'DATABASE_URL', directVariable: 'DATABASE_DIRECT_URL' };
    return [{ groups, url: databaseUrl, directUrl: databaseDirectUrl, ...names }];
  }
  const urls = addressesIn(databaseGroups, groupCount);
  const direct =
    databaseDirectGroups === undefined ? undefined : addressesIn(databaseDirectGroups, groupCount);
  return [...new Set(urls.values())].map((url) => {
    const groups = groupsAt(urls, url);
    const which = `(groups ${nameOfGroups(groups)})`;
    const names = { variable: `DATABASE_GROUPS ${which}`, directVariable: `DATABASE_DIRECT_GROUPS ${which}` };
    return { groups, url, directUrl: direct?.get(groups[0]!), ...names };
  });
}

/** Group numbers as `0-3` or `0, 2, 5`, for people and for a metric's label. */
export function nameOfGroups(groups: readonly number[]): string {
  const [first, last] = [groups[0]!, groups.at(-1)!];
  if (groups.length === 1) return String(first);
  return last - first === groups.length - 1 ? `${first}-${last}` : groups.join(',');
}
