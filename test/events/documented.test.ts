import { expect, test } from '@jest/globals';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { EVENT_TYPES } from '../../src/credits/events/event.js';
import { receiverAt } from '../../src/credits/events/receiver.js';
import { post } from '../../src/credits/events/post.js';
import { SECRET } from './open-events.js';
import { Receiver } from './receiver.js';

const page = readFileSync(join(import.meta.dirname, '../../docs/events.md'), 'utf8');

type Verify = (body: string, headers: object, secret: string) => { type: string };

test('the lines that verify a signature verify ours, and refuse what was changed or is old', async () => {
  const [, code] = /```js\n([^]*?)```/.exec(page)!;
  const folder = mkdtempSync(join(tmpdir(), 'creditgate-verify-'));
  writeFileSync(join(folder, 'verify.mjs'), code!);
  const { verify } = (await import(join(folder, 'verify.mjs'))) as { verify: Verify };
  rmSync(folder, { recursive: true });

  const receiver = await Receiver.open();
  const old = `whsec_${Buffer.alloc(32, 'o').toString('base64')}`;
  const event = {
    id: 'an-id',
    type: 'wallet.owes',
    timestamp: '2026-11-27T10:00:00.000Z',
    data: { userId: 'alice' },
  } as const;
  await post(receiverAt(receiver.url, `${old} ${SECRET}`), event, new AbortController().signal);
  const { raw, headers } = receiver.received[0]!;
  await receiver.close();

  expect(verify(raw, headers, SECRET)).toMatchObject({ type: 'wallet.owes', data: { userId: 'alice' } });
  expect(verify(raw, headers, old)).toMatchObject({ type: 'wallet.owes' });
  expect(() => verify(`${raw} `, headers, SECRET)).toThrow('not from creditgate');
  expect(() => verify(raw, headers, `whsec_${Buffer.alloc(32).toString('base64')}`)).toThrow(
    'not from creditgate',
  );
  const late = { ...headers, 'webhook-timestamp': String(Number(headers['webhook-timestamp']) - 301) };
  expect(() => verify(raw, late, SECRET)).toThrow('five minutes');
});

test('the table names each type there is', () => {
  const named = [...page.matchAll(/^\| `([a-z.]+)` /gm)].map(([, type]) => type);
  expect(named).toEqual(EVENT_TYPES);
});
