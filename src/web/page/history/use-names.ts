import { useEffect, useState } from 'preact/hooks';
import type { Artefact, DocumentFacts, Entry, ExportFacts, Recording } from '../api/types.js';
import type { Rows } from '../api/rows.js';
import { readRows } from '../api/use-list.js';

type Named = { id: string } & Partial<DocumentFacts & Recording & ExportFacts>;

const PATHS: Record<Artefact['kind'], string> = {
  document: '/api/documents',
  recording: '/api/audio',
  export: '/api/export',
};
const ROWS_A_READ = 200;
const NONE = new URLSearchParams();

/**
 * The names of what entries paid for. A list is read as far as the names that are wanted, and again from its start
 * only when something newer is wanted.
 */
export function useNames(entries: readonly Entry[] | null): ReadonlyMap<string, string> {
  const [names, setNames] = useState<ReadonlyMap<string, string>>(new Map());
  const wanted = (entries ?? []).flatMap(({ artefact }) => artefact ?? []);
  const missing = wanted.filter(({ id }) => !names.has(id));
  useEffect(() => {
    if (missing.length === 0) return;
    const reading = new AbortController();
    void Promise.allSettled(
      [...new Set(missing.map(({ kind }) => kind))].map((kind) =>
        readNames(
          kind,
          missing.filter((one) => one.kind === kind).map(({ id }) => id),
          reading.signal,
        ),
      ),
    ).then((found) => {
      if (reading.signal.aborted) return;
      const read = found.flatMap((one) => (one.status === 'fulfilled' ? [...one.value] : []));
      if (read.length > 0) setNames((known) => new Map([...known, ...read]));
    });
    return () => reading.abort();
  }, [missing.map(({ id }) => id).join()]);
  return names;
}

/** Page by page, until the names that are wanted were among them. */
async function readNames(kind: Artefact['kind'], ids: string[], signal: AbortSignal) {
  const names = new Map<string, string>();
  let cursor: string | null = null;
  do {
    const page: Rows<Named> = await readRows<Named>(PATHS[kind], NONE, {
      wanted: ROWS_A_READ,
      cursor,
      signal,
    });
    for (const row of page.rows) names.set(row.id, (kind === 'document' ? row.title : row.filename) ?? '');
    cursor = page.cursor;
  } while (cursor !== null && ids.some((id) => !names.has(id)));
  return names;
}
