// The hooks in React itself, against a server that says what this program says.
import assert from 'node:assert/strict';
import { setTimeout as delay } from 'node:timers/promises';
import { createElement } from 'react';
import { act, create } from 'react-test-renderer';
import { CreditsClient } from 'creditgate/client';
import { useBalance, usePrices } from 'creditgate/react';

globalThis.IS_REACT_ACT_ENVIRONMENT = true;
let line;
let isOpen = false;
const client = new CreditsClient({
  fetch: async (url, { signal }) => {
    if (url.endsWith('/prices'))
      return Response.json({ priceVersion: '0', prices: [{ action: 'speech', credits: 50 }] });
    const body = new ReadableStream({ start: (controller) => (line = controller) });
    isOpen = true;
    signal.addEventListener('abort', () => {
      isOpen = false;
      line.error(signal.reason);
    });
    return new Response(body);
  },
});
const tell = (version, available) =>
  line.enqueue(
    new TextEncoder().encode(`event: balance\ndata: ${JSON.stringify({ version, available })}\n\n`),
  );

function Shown() {
  const { known, connection } = useBalance(client);
  const { data } = usePrices(client);
  return `${known?.available ?? '–'} ${connection} ${data?.prices[0].credits ?? '–'}`;
}

let tree;
const settled = (change) =>
  act(async () => {
    change?.();
    await delay(50);
  });
await settled(() => (tree = create(createElement(Shown))));
assert.equal(tree.toJSON(), '– loading 50');
await settled(() => tell(1, 100));
assert.equal(tree.toJSON(), '100 live 50');
await settled(() => tell(2, 95));
assert.equal(tree.toJSON(), '95 live 50');
await settled(() => tree.unmount());
assert.equal(isOpen, false);
