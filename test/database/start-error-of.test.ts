import { expect, test } from '@jest/globals';
import pg from 'pg';
import { startErrorOf } from '../../src/database/start-error-of.js';

const fromTheServer = (code: string, message: string) =>
  Object.assign(new pg.DatabaseError(message, message.length, 'error'), { code });
const fromTheSystem = (code: string) => Object.assign(new Error(`${code}: as Node says it`), { code });

test.each([
  [
    fromTheServer('42501', 'permission denied for schema credits'),
    78,
    /right.*: permission denied for schema/,
  ],
  [
    fromTheServer('53300', 'too many connections for role "shop"'),
    69,
    /^The database .*: too many connections/,
  ],
  [
    fromTheServer('53400', 'temporary file size exceeds temp_file_limit'),
    69,
    /^The database .*temp_file_limit/,
  ],
  [fromTheServer('57P01', 'terminating connection'), 69, /^The database .*: terminating connection$/],
  [fromTheSystem('ECONNRESET'), 69, /ECONNRESET/],
  [fromTheSystem('ENOSPC'), 69, /^ENOSPC/],
  [fromTheSystem('EACCES'), 78, /^EACCES/],
])('%s ends the start with one line, wherever in it that comes', (error, exitCode, message) => {
  const end = startErrorOf(error);
  expect([end.exitCode, end.message]).toEqual([exitCode, expect.stringMatching(message)]);
  expect(end.message).not.toContain('\n');
});

test('what nobody can mend from outside keeps its stack', () => {
  const { exitCode, message } = startErrorOf(fromTheServer('42703', 'column "held" does not exist'));
  expect([exitCode, message]).toEqual([1, expect.stringContaining('start-error-of.test')]);
});
