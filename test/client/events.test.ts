import { expect, test } from '@jest/globals';
import { createParser } from 'eventsource-parser';
import fc from 'fast-check';
import { readEvents, type ServerEvent } from '../../src/client/index.js';

/** As it arrives: in pieces that end wherever they like, in mid-character too. */
function arriving(text: string, cuts: readonly number[]): Response {
  const bytes = new TextEncoder().encode(text);
  const ends = [...cuts.map((cut) => cut % (bytes.length + 1)), bytes.length].sort((a, b) => a - b);
  const body = new ReadableStream<Uint8Array>({
    start(controller) {
      let from = 0;
      for (const end of ends) {
        if (end > from) controller.enqueue(bytes.slice(from, end));
        from = end;
      }
      controller.close();
    },
  });
  return new Response(body);
}

async function eventsIn(text: string, cuts: readonly number[]): Promise<ServerEvent[]> {
  const events: ServerEvent[] = [];
  await readEvents(arriving(text, cuts), (event) => events.push(event));
  return events;
}

function read(text: string): ServerEvent[] {
  const events: ServerEvent[] = [];
  const parser = createParser({
    onEvent: ({ event = 'message', data }) => events.push({ event, data }),
  });
  parser.feed(text);
  return events;
}

test('events are read as by another reader, wherever the network cuts them', async () => {
  const line = fc.oneof(
    fc.constantFrom(
      'event: balance',
      'event:credits',
      'data',
      'data:',
      'id: 7',
      'retry: 5',
      ': beat',
      ':',
      'other: x',
    ),
    fc.stringMatching(/^[a-zé€ :{}"]{0,12}$/).map((value) => `data: ${value}`),
  );
  const end = fc.constantFrom('\n', '\r\n');
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.array(line, { maxLength: 4 }), { maxLength: 6 }),
      end,
      fc.array(fc.nat(), { maxLength: 12 }),
      async (blocks, newline, cuts) => {
        const text = blocks.map((lines) => [...lines, ''].join(newline) + newline).join('');
        expect(await eventsIn(text, cuts)).toEqual(read(text));
      },
    ),
    { numRuns: 500 },
  );
});

test('what is not whole yet is no event, and every piece is a sign of life', async () => {
  const events: ServerEvent[] = [];
  let signs = 0;
  await readEvents(
    arriving('event: balance\ndata: {"version":1}\n\n:\n\nevent: balance\ndata: {"ver', [20, 40]),
    (event) => events.push(event),
    () => (signs += 1),
  );
  expect([events, signs]).toEqual([[{ event: 'balance', data: '{"version":1}' }], 3]);
});
