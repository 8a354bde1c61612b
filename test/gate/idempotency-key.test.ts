import { describe, expect, test } from '@jest/globals';
import { sendRaw } from '../support/raw-http.js';
import { CopyShop, KEY } from './copy-shop.js';
import { adapters } from './foreign-app.js';
import { runsOf } from './keyed-controllers.js';

describe.each(adapters)('a retry with its idempotency key on %s', (adapter) => {
  const shop = CopyShop.onEach(adapter);
  const once = { held: 0, charges: [-7] };

  test('gets the first answer byte for byte, and nothing is done or charged again', async () => {
    const user = await shop.gate.customer(20);
    const first = await shop.send('copies', { user });
    expect(first).toMatchObject({ status: 201, replayed: false });
    for (const _ of [1, 2]) {
      expect(await shop.send('copies', { user })).toEqual({ ...first, replayed: true });
    }
    expect(runsOf(user)).toBe(1);
    expect(await shop.gate.wallet(user)).toEqual({ balance: 13, ...once });
  });

  test('may have the members of its JSON in another order', async () => {
    const user = await shop.gate.customer(20);
    const first = await shop.send('copies', {
      user,
      body: { text: 'hello', paper: { size: 'A4', grams: 80 } },
    });
    const retry = await shop.send('copies', {
      user,
      body: { paper: { grams: 80, size: 'A4' }, text: 'hello' },
    });
    expect(retry).toEqual({ ...first, replayed: true });
  });

  test('is refused with another input', async () => {
    const user = await shop.gate.customer(20);
    const first = await shop.send('copies', { user, body: { text: 'hello', paper: { sizes: [4, 5] } } });
    const others = [
      { text: 'hullo', paper: { sizes: [4, 5] } },
      { text: 'hello', paper: { sizes: [5, 4] } },
      { text: 'hello', paper: { sizes: [4, '5'] } },
      { text: 'hello' },
      { text: 'hello', paper: { sizes: [4, 5] }, sample: true },
    ];
    for (const body of others) {
      expect(await shop.send('copies', { user, body })).toMatchObject({
        status: 422,
        code: 'idempotency_key_reused',
        replayed: false,
      });
    }
    expect(first.status).toBe(201);
    expect(runsOf(user)).toBe(1);
    expect(await shop.gate.wallet(user)).toEqual({ balance: 13, ...once });
  });

  test('is refused at another address, be it another route, another id in it or another query', async () => {
    const user = await shop.gate.customer(50);
    expect((await shop.send('shelves/1/copies?ink=red', { user })).status).toBe(201);
    const others = ['copies', 'filed-copies', 'shelves/2/copies?ink=red', 'shelves/1/copies?ink=blue'];
    for (const path of others) {
      expect(await shop.send(path, { user })).toMatchObject({ status: 422, code: 'idempotency_key_reused' });
    }
    // As a file it is another input too, and above all no way past the price.
    expect(await shop.send('shelves/1/copies?ink=red', { user, file: 'hello' })).toMatchObject({
      status: 422,
    });
    expect(runsOf(user)).toBe(1);
    expect(await shop.gate.wallet(user)).toEqual({ balance: 43, ...once });
  });

  test('has nothing to do with the same key of another user', async () => {
    const [user, other] = [await shop.gate.customer(20), await shop.gate.customer(20)];
    const first = await shop.send('copies', { user });
    const another = await shop.send('copies', { user: other, body: { text: 'something else' } });
    expect(another).toMatchObject({ status: 201, replayed: false });
    expect(await shop.send('copies', { user })).toEqual({ ...first, replayed: true });
    expect(await shop.gate.wallet(other)).toEqual({ balance: 13, ...once });
  });

  test('may have its key in quotes or bare, of 8 to 255 characters, every one of which counts', async () => {
    const user = await shop.gate.customer(70);
    const first = await shop.send('copies', { user, key: `"${KEY}"` });
    expect(await shop.send('copies', { user })).toEqual({ ...first, replayed: true });
    const keys = ['k'.repeat(254) + 'a', 'k'.repeat(254) + 'b', 'k'.repeat(251), 'k'.repeat(250), '1 2~!"#8'];
    for (const key of keys) {
      expect(await shop.send('copies', { user, key })).toMatchObject({ status: 201, replayed: false });
      expect(await shop.send('copies', { user, key })).toMatchObject({ status: 201, replayed: true });
    }
    expect(runsOf(user)).toBe(6);
  });

  test('is refused before anything else when its key is none', async () => {
    const user = await shop.gate.customer(20);
    const send = (...keys: (string | Buffer)[]) => {
      // A free copy: of a paid one the ledger would refuse most such keys as well.
      const body = '{"text":"hello","sample":true}';
      const head = `POST /copies HTTP/1.1\r\nhost: shop\r\nconnection: close\r\nx-user: ${user}\r\ncontent-type: application/json\r\ncontent-length: ${body.length}\r\n`;
      const lines = keys.flatMap((key) => ['Idempotency-Key: ', key, '\r\n']);
      return sendRaw(Number(new URL(shop.gate.foreign.url).port), head, ...lines, '\r\n', body);
    };
    const bad = [
      ['key-0001', 'key-0001'],
      ['key-0001', 'key-0002'],
      [''],
      ['""'],
      ['1234567'],
      ['"1234567"'],
      ['k'.repeat(256)],
      ['key\t0001'],
      ['schlüssel-0001'],
      [Buffer.from('schlüssel-0001', 'latin1')],
    ];
    for (const keys of bad) {
      const { status, text } = await send(...keys);
      expect({ keys, status, code: (JSON.parse(text) as { code: string }).code }).toEqual({
        keys,
        status: 400,
        code: 'idempotency_key_invalid',
      });
    }
    // Node itself refuses what may not stand in a header at all.
    expect((await send('key\u00010001')).status).toBe(400);
    expect((await send('key\u007f0001')).status).toBe(400);
    expect(runsOf(user)).toBe(0);
    expect(await shop.gate.holds(user)).toEqual([]);
    expect((await send('key-0001')).status).toBe(201);
  });

  test('of a file may be framed otherwise; another file is another input', async () => {
    const user = await shop.gate.customer(20);
    const first = await shop.send('scans', { user, file: 'the first page' });
    expect(first).toMatchObject({ status: 200, replayed: false });
    const retry = await shop.send('scans', { user, file: 'the first page' });
    expect(retry).toEqual({ ...first, replayed: true });
    const other = await shop.send('scans', { user, file: 'the other page' });
    expect(other).toMatchObject({ status: 422, code: 'idempotency_key_reused' });
    expect(runsOf(user)).toBe(1);
    expect(await shop.gate.wallet(user)).toEqual({ balance: 13, ...once });
  });
});
