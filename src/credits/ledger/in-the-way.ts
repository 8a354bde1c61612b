import type { ClientBase } from 'pg';

// Of other roles everybody may see the process and its name, but not since when its transaction is open.
const IN_THE_WAY = `
  SELECT a.pid, concat_ws(' ', a.usename, NULLIF(a.application_name, '')) AS name
    FROM pg_locks l JOIN pg_stat_activity a USING (pid)
   WHERE l.granted AND l.relation IN (SELECT oid FROM pg_class WHERE relnamespace = to_regnamespace($1))
     AND a.pid <> pg_backend_pid()
     AND (a.xact_start < clock_timestamp() - interval '1 second') IS NOT FALSE
   ORDER BY a.xact_start LIMIT 1`;

/** A sentence on the session that holds a lock in a schema, for those who wait for it. */
export async function whoIsInTheWay(client: ClientBase, schema: string): Promise<string> {
  const { rows } = await client.query<{ pid: number; name: string }>(IN_THE_WAY, [schema]);
  const who = rows[0] === undefined ? '' : `, such as that of ${rows[0].name} (process ${rows[0].pid})`;
  return `Waiting for a transaction that is open in the schema "${schema}"${who}`;
}
