import { Logger } from '@nestjs/common';
import { Recurring } from '../../credits/plumbing.js';
import { OverLimitError } from './over-limit.error.js';
import { usageOf, type Usage } from './usage.js';

const logger = new Logger('Library');

/** To look costs a process of its own where there is no /proc. */
const LOOK_EVERY_MS = process.platform === 'linux' ? 50 : 500;

/** Tells once when a process takes more than it may from now on. Answers how to stop looking. */
export function watchUsage(
  pid: number,
  limits: Usage,
  onExcess: (error: OverLimitError) => void,
): () => void {
  let before: number | undefined;
  const look = async () => {
    const usage = await usageOf(pid);
    if (usage === undefined) return;
    before ??= usage.processorSeconds;
    if (usage.residentMb > limits.residentMb) return onExcess(new OverLimitError(`${limits.residentMb} MB`));
    if (usage.processorSeconds - before > limits.processorSeconds) {
      onExcess(new OverLimitError(`${Math.round(limits.processorSeconds)} seconds of a processor`));
    }
  };
  const looks = new Recurring(look, LOOK_EVERY_MS, (error) =>
    logger.error(`process ${pid} could not be looked at: ${String(error)}`),
  );
  looks.start();
  return () => void looks.stop();
}
