import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { promisify } from 'node:util';

/** What a process has taken: of memory now, of the processors since it began. */
export interface Usage {
  residentMb: number;
  processorSeconds: number;
}

/** Linux counts a process's time in hundredths, whatever its clock. */
const TICKS_PER_SECOND = 100;

/** As the system counts it, which no process can deny; undefined where nobody tells, or it is gone. */
export async function usageOf(pid: number): Promise<Usage | undefined> {
  try {
    return await (process.platform === 'linux' ? fromProc(pid) : fromPs(pid));
  } catch {
    return undefined;
  }
}

async function fromProc(pid: number): Promise<Usage> {
  const [status, stat] = await Promise.all(
    ['status', 'stat'].map((name) => readFile(`/proc/${pid}/${name}`, 'latin1')),
  );
  // Fields 14 and 15; a name with spaces in it stands before them, in brackets.
  const [user, system] = stat!
    .slice(stat!.lastIndexOf(')') + 2)
    .split(' ')
    .slice(11, 13);
  return {
    residentMb: Number(/^VmRSS:\s*(\d+) kB/m.exec(status!)?.[1] ?? 0) / 1024,
    processorSeconds: (Number(user) + Number(system)) / TICKS_PER_SECOND,
  };
}

/** `[[days-]hours:]minutes:seconds`, with parts of them or without. */
async function fromPs(pid: number): Promise<Usage> {
  const { stdout } = await promisify(execFile)('ps', ['-o', 'rss=,time=', '-p', String(pid)]);
  const [kilobytes, time] = stdout.trim().split(/\s+/);
  const processorSeconds = time!.split(/[-:]/).reduce((sum, part) => sum * 60 + Number(part), 0);
  return { residentMb: Number(kilobytes) / 1024, processorSeconds };
}
