import { Queue, UnrecoverableError, Worker } from 'bullmq';
import { isCreditsError } from 'creditgate';

const NAME = 'transcribe';
const FINAL = ['hold_already_resolved', 'hold_expired', 'hold_taken_over', 'not_found'];

/** A job whose worker is gone is delivered again within some seconds. */
export async function openQueue() {
  const connection = { host: '127.0.0.1', port: Number(process.env.REDIS_PORT) };
  const stalling = { lockDuration: 2_000, stalledInterval: 1_000, maxStalledCount: 5 };
  return {
    send: (job) => new Queue(NAME, { connection }).add(NAME, job),
    work: async (process) =>
      new Worker(
        NAME,
        async ({ data }) => {
          try {
            await process(data);
          } catch (error) {
            if (isCreditsError(error) && FINAL.includes(error.code))
              throw new UnrecoverableError(error.message);
            throw error;
          }
        },
        { connection, ...stalling },
      ),
  };
}
