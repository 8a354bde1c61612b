import { expect, test } from '@jest/globals';
import { firstConnection } from '../../src/database/first-connection.js';

function failing(message: string, times: number) {
  let tries = 0;
  const connect = async () => {
    tries += 1;
    if (tries <= times) throw new Error(message);
    return tries;
  };
  return { connect, tries: () => tries };
}

test.each([
  'Connection terminated due to connection timeout',
  'timeout expired',
  'timeout exceeded when trying to connect',
])('a server that is slow to answer at the start is asked again (%s)', async (message) => {
  expect(await firstConnection(failing(message, 2).connect)).toBe(3);
});

test('a fault is told at once', async () => {
  const { connect, tries } = failing('column "x" does not exist', 1);
  await expect(firstConnection(connect)).rejects.toThrow('column');
  expect(tries()).toBe(1);
});
