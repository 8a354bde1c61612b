export interface Known {
  scripts: Iterable<string>;
  verbs: Iterable<string>;
  exists: (path: string) => boolean;
}
export function faultsOf(documents: Map<string, string>, known: Known): string[];
export function faultsOfTheRepository(): string[];
export function documentsOfTheRepository(): Map<string, string>;
