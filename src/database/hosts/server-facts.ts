import type { Client } from 'pg';

/** A line of history of a server and its standbys; a standby that is promoted begins a new one, of a higher number. */
export interface ServerTimeline {
  /** Made with the data: the same for a server and its standbys, another one after a dump was restored. */
  system: string;
  timeline: number;
}

export interface ServerFacts {
  takesWrites: boolean;
  /** Undefined for a standby, and where the provider does not tell. */
  history: ServerTimeline | undefined;
}

const TAKES_WRITES = `
  SELECT NOT pg_is_in_recovery() AND current_setting('transaction_read_only') = 'off' AS takes_writes,
         pg_is_in_recovery() AS standby`;

/** The file that is written to now: the last checkpoint would tell of a promotion only with the next one. */
const HISTORY = `
  SELECT system_identifier::text AS system, left(pg_walfile_name(pg_current_wal_lsn()), 8) AS timeline
    FROM pg_control_system()`;

/** Not allowed, not there, not supported: some providers' servers have no such history, or keep it to themselves. */
const NOT_TOLD = /^(42501|42883|0A000)$/;

/** `tellHidden`: called where the server does not say which history is its own. */
export async function factsOf(client: Client, tellHidden: () => void): Promise<ServerFacts> {
  const { rows } = await client.query<{ takes_writes: boolean; standby: boolean }>(TAKES_WRITES);
  const { takes_writes: takesWrites, standby } = rows[0]!;
  if (standby) return { takesWrites, history: undefined };
  try {
    const answer = await client.query<{ system: string; timeline: string }>(HISTORY);
    const { system, timeline } = answer.rows[0]!;
    return { takesWrites, history: { system, timeline: Number.parseInt(timeline, 16) } };
  } catch (error) {
    if (!NOT_TOLD.test((error as { code?: string }).code ?? '')) throw error;
    tellHidden();
    return { takesWrites, history: undefined };
  }
}
