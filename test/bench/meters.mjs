// What a measurement costs beside time: bytes of write-ahead log, processor time on both sides, HOT updates.
import { readFileSync } from 'node:fs';

const TICKS_PER_SECOND = 100;

const METERS = `
  SELECT (pg_current_wal_lsn() - '0/0')::text AS wal,
         pg_stat_get_tuples_updated(t.oid)::text AS updates,
         pg_stat_get_tuples_hot_updated(t.oid)::text AS hot_updates,
         ARRAY(SELECT pid FROM pg_stat_activity
                WHERE datname = current_database() AND pid <> pg_backend_pid()) AS backends
    FROM (SELECT to_regclass($1)::oid) t (oid)`;

/** Read while nothing runs, before and after a measurement. `table`: the wallets, whose updates are counted. */
export async function readMeters(monitor, table) {
  const { rows } = await monitor.query(METERS, [table]);
  const { wal, updates, hot_updates, backends } = rows[0];
  return {
    walBytes: Number(wal),
    updates: Number(updates),
    hotUpdates: Number(hot_updates),
    backends: new Map(backends.map((pid) => [pid, processorSeconds(pid)])),
    node: process.cpuUsage(),
  };
}

export function difference(before, after, { calls, seconds }) {
  const { user, system } = process.cpuUsage(before.node);
  const backendSeconds = backendTime(before.backends, after.backends);
  // The statistics of tables are up to a second old; the warm-up did the same work, so their ratio is right.
  const updates = after.updates - before.updates;
  return {
    walBytesPerCall: (after.walBytes - before.walBytes) / calls,
    nodeShare: (user + system) / 1e6 / seconds,
    nodeMicrosPerCall: (user + system) / calls,
    backendShare: backendSeconds === null ? null : backendSeconds / seconds,
    backendMicrosPerCall: backendSeconds === null ? null : (backendSeconds * 1e6) / calls,
    hotShare: updates > 0 ? (after.hotUpdates - before.hotUpdates) / updates : null,
  };
}

function backendTime(before, after) {
  if ([...after.values()].includes(null)) return null;
  return [...after].reduce((sum, [pid, seconds]) => sum + seconds - (before.get(pid) ?? 0), 0);
}

/** null when the server runs on another machine, or this one has no /proc. */
function processorSeconds(pid) {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
    if (!stat.includes('(postgres)')) return null;
    const [userTicks, systemTicks] = stat
      .slice(stat.lastIndexOf(')') + 2)
      .split(' ')
      .slice(11, 13);
    return (Number(userTicks) + Number(systemTicks)) / TICKS_PER_SECOND;
  } catch {
    return null;
  }
}
