import { PgBoss } from 'pg-boss';

const NAME = 'transcribe';

/** A job is delivered again two seconds after it was, unless it is done. */
export async function openQueue() {
  const boss = new PgBoss({
    connectionString: process.env.DATABASE_URL,
    superviseIntervalSeconds: 1,
    monitorIntervalSeconds: 1,
    maintenanceIntervalSeconds: 1,
  });
  boss.on('error', (error) => console.error(error));
  await boss.start();
  await boss.createQueue(NAME, { expireInSeconds: 2, retryLimit: 5, retryDelay: 0 });
  return {
    /** In the transaction in which the hold is handed over: both come to be or neither. */
    send: (job, tx) => boss.send(NAME, job, { db: { executeSql: (text, values) => tx.query(text, values) } }),
    work: (process) => boss.work(NAME, { pollingIntervalSeconds: 0.5 }, async ([job]) => process(job.data)),
  };
}
