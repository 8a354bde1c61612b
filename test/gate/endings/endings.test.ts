import { describe, expect, test } from '@jest/globals';
import { get, type IncomingMessage } from 'node:http';
import { until } from '../../support/until.js';
import { adapters } from '../foreign-app.js';
import { Gate } from '../gate-harness.js';
import { EndingsController, seen, type Ending } from './endings-controller.js';

/** What is sent as one piece, so that it can say what was charged, and be repeated. */
const PIECES = ['object', 'observable', 'passthrough'];
const STREAMS = ['sse', 'file'];
const BY_HAND = ['res', 'res-after-return', 'res-never-returns', 'throws-afterwards'];
const KINDS = [...PIECES, ...STREAMS, ...BY_HAND];

const ENDINGS: Ending[] = ['whole', 'refused', 'failed', 'throws', 'breaks', 'unsendable', 'client leaves'];

const CELLS = ENDINGS.flatMap((ending) =>
  KINDS.flatMap((kind) =>
    [false, true].map((isKeyed) => ({ ending, kind, isKeyed, key: isKeyed ? 'keyed' : 'bare' })),
  ),
);

interface Heard {
  status: number;
  text: string;
  isWhole: boolean;
  replayed: boolean;
}

/** The whole table, each cell in its balance, its ledger and its bytes: 7 is charged for what is whole, else 0. */
describe.each(adapters)('the endings of an answer on %s', (adapter) => {
  const gate = Gate.onEach(adapter, { controllers: [EndingsController] });

  const ask = (kind: string, ending: Ending, headers: Record<string, string>) =>
    hear(`${gate.foreign.url}/endings/${kind}/${encodeURIComponent(ending)}`, headers, ending);

  test.each(CELLS)('$ending: $kind, $key', async ({ kind, ending, isKeyed }) => {
    const user = await gate.customer(20);
    const headers = { 'x-user': user, ...(isKeyed && { 'idempotency-key': `key-of-${user}` }) };

    const first = await ask(kind, ending, headers);
    expectHeard(first, kind, ending);
    const charge = ending === 'whole' ? 7 : 0;
    await until(async () => (await gate.holds(user))[0]?.state === (charge > 0 ? 'captured' : 'released'));
    expect(await gate.wallet(user)).toEqual({
      balance: 20 - charge,
      held: 0,
      charges: charge > 0 ? [-charge] : [],
    });
    if (ending === 'client leaves') await until(() => seen.get(user)!.ended === 1);

    if (!isKeyed || ending === 'client leaves') return;
    const again = await ask(kind, ending, headers);
    const isPiece = PIECES.includes(kind);
    const isRepeated = isPiece && (ending === 'whole' || ending === 'refused');
    if (isRepeated) expect(again).toEqual({ ...first, replayed: true });
    else if (ending === 'whole') expect(again).toMatchObject({ status: 409, text: spent });
    else expect(again.status).toBe(first.status);
    expect(seen.get(user)!.runs).toBe(isRepeated || ending === 'whole' ? 1 : 2);
    expect((await gate.wallet(user)).balance).toBe(20 - charge);
  });
});

const spent = expect.stringContaining('idempotency_key_spent') as unknown as string;

function expectHeard({ status, text, isWhole }: Heard, kind: string, ending: Ending): void {
  const isPiece = PIECES.includes(kind);
  // An error that comes up when the head is out already: only the connection, or an event, can tell.
  const isLate =
    !isPiece && (ending === 'breaks' || (ending === 'unsendable' && kind !== 'file' && kind !== 'res'));
  switch (ending) {
    case 'whole':
      expect([status, isWhole]).toEqual([200, true]);
      expect(text.replace(/\n|id: \d|data: |/g, '')).toContain('abc');
      if (isPiece)
        expect(JSON.parse(text)).toMatchObject({ credits: { charged: 7, available: 13, held: 0 } });
      return;
    case 'refused':
    case 'failed':
      expect([status, isWhole]).toEqual([ending === 'refused' ? 422 : 502, true]);
      return expect(text).not.toContain('charged');
    case 'client leaves':
      return;
    case 'throws':
    case 'breaks':
    case 'unsendable':
      if (!isLate) return expect(status).toBeGreaterThanOrEqual(400);
      if (kind === 'sse') return expect(text).toContain('event: error');
      expect(isWhole && status < 400).toBe(false);
  }
}

/** As far as it comes; a client that leaves does so with the first byte, or a moment after it asked. */
function hear(url: string, headers: Record<string, string>, ending: Ending): Promise<Heard> {
  return new Promise((resolve) => {
    const heard: Heard = { status: 0, text: '', isWhole: false, replayed: false };
    const over = () => resolve(heard);
    const request = get(url, { headers, agent: false }, (response: IncomingMessage) => {
      heard.status = response.statusCode!;
      heard.replayed = response.headers['idempotent-replayed'] === 'true';
      response.setEncoding('utf8').on('data', (text: string) => {
        heard.text += text;
        if (ending === 'client leaves') request.destroy();
      });
      response
        .on('end', () => (heard.isWhole = response.complete))
        .on('error', over)
        .on('close', over);
    });
    request.on('error', over).on('close', over);
    // Of what is sent as one piece no byte comes before its end.
    if (ending === 'client leaves')
      void until(() => seen.has(headers['x-user']!)).then(() => setTimeout(() => request.destroy(), 50));
  });
}
