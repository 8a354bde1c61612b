import { FileRefusal } from '../file-refusal.js';
import { becomeLowly } from './become-lowly.js';
import { GivenFile } from './given-file.js';
import { Output } from './output.js';
import type { Order, Said, WorkApart } from './work.js';

/**
 * The process in which files of strangers are read and written. It loads everything it will ever need, then gives
 * up what rights it has, and does one order after the other.
 */
const [account, ...programs] = process.argv.slice(2);
const works = new Map<string, WorkApart<unknown, unknown>>();
for (const program of programs) {
  works.set(program, ((await import(program)) as { work: WorkApart<unknown, unknown> }).work);
}
becomeLowly(account === '' ? undefined : Number(account));
// Without its server this process has nothing to do.
process.on('disconnect', () => process.exit());
process.on('message', (order: Order) => void answer(order).then(say));
say({ ready: true });

async function answer({ program, given, sizes }: Order): Promise<Said> {
  const output = new Output();
  let start = 0;
  const files = sizes.map((bytes) => new GivenFile((start += bytes) - bytes, bytes));
  const report = (progress: number) => say({ progress });
  try {
    const result = await works.get(program)!({ given, files, output, report });
    return { result, ...(output.sha256 !== undefined && { sha256: output.sha256 }) };
  } catch (error) {
    if (error instanceof FileRefusal) {
      const { code, message: detail, facts } = error;
      return { refusal: { code, detail, facts } };
    }
    return { fault: error instanceof Error ? String(error.stack) : String(error) };
  }
}

function say(said: Said): void {
  process.send?.(said);
}
