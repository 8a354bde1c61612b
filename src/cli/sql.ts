import { run } from './run.js';
import { promptFor } from './sql/prompt.js';
import { answerOf, failureOf } from './sql/answer.js';
import { UsageError } from './usage-error.js';
import { withDatabase } from './with-database.js';

const USAGE = 'Usage: npm run sql [-- "SELECT …"]';

/** SQL on the database in use: one statement given as an argument, or a prompt. */
async function main(): Promise<void> {
  const [statement, ...rest] = process.argv.slice(2);
  if (rest.length > 0) throw new UsageError(`One statement, in quotes. ${USAGE}`);
  await withDatabase(async (client) => {
    if (statement === undefined) return promptFor(client);
    try {
      process.stdout.write(await answerOf(client, statement));
    } catch (error) {
      process.stderr.write(failureOf(error));
      process.exitCode = 1;
    }
  });
}

run(main);
