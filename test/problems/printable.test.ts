import { describe, expect, test } from '@jest/globals';
import { Writable } from 'node:stream';
import { createLogger } from '../../src/watch/logger.js';
import { printable, printableJson, withoutControls } from '../../src/problems/printable.js';
import { isUserId } from '../../src/identity/index.js';
import { table } from '../../src/cli/terminal.js';

/** What terminals, log viewers and readers of names obey. */
const OBEYED = [
  '\u0000',
  '\u0007',
  '\n',
  '\u001b[2J',
  '\u007f',
  '\u0085',
  '\u009b2J',
  '\u061c',
  '\u200e',
  '\u202e',
  '\u2028',
  '\u2029',
  '\u2066',
  '\ufeff',
  '\u{e0041}',
  '\ud800',
];

const RAW = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/u;

describe('what a terminal would obey', () => {
  test.each(OBEYED)('never reaches one, a line of the log or JSON: %j', (signs) => {
    const text = `a${signs}b`;
    expect(printable(text)).not.toMatch(RAW);
    expect(table([{ userId: text }]).join('')).not.toMatch(RAW);
    const json = printableJson(JSON.stringify({ text }));
    expect(json).not.toMatch(RAW);
    expect((JSON.parse(json) as { text: string }).text).toBe(text);

    const lines: string[] = [];
    const destination = new Writable({
      write: (chunk, _encoding, done) => {
        lines.push(String(chunk));
        done();
      },
    });
    createLogger('info', destination).info({ user: text }, text);
    expect(lines).toHaveLength(1);
    expect(lines[0]!.trimEnd()).not.toMatch(RAW);
    const { user } = JSON.parse(lines[0]!) as { user: string };
    expect(user.toWellFormed()).toBe(text.toWellFormed());
  });

  test('is no part of a user id, and letters of all scripts are', () => {
    for (const sign of ['\u0000', '\u001b', '\n', '\u007f', '\u0085', '\u009b']) {
      expect(isUserId(`a${sign}b`)).toBe(false);
    }
    for (const id of ['alice', 'Zoë', '爱丽丝', 'auth0|5f', 'می‌خواهم', '👩‍💻'])
      expect(isUserId(id)).toBe(true);
  });

  test('is no part of a name, whose joiners of letters stay', () => {
    expect(withoutControls('a\u202egpj.wav\u0085\u2028')).toBe('agpj.wav');
    expect(withoutControls('می‌خواهم.wav')).toBe('می‌خواهم.wav');
  });
});
