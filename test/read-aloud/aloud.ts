import { createParser } from 'eventsource-parser';
import type { Product } from '../app/product.js';
import { signedIn } from '../support/app.js';

export interface Said {
  event: string;
  data: Record<string, number & string>;
}

/** What a client hears. It leaves after so many sentences, where that is said. */
export async function listen(
  { url }: Product,
  user: string,
  path: string,
  { leaveAfter = Infinity, beforeLeaving }: { leaveAfter?: number; beforeLeaving?: () => Promise<void> } = {},
): Promise<Said[]> {
  const response = await fetch(`${url}${path}`, { headers: await signedIn(user) });
  if (response.status !== 200) throw new Error(`${response.status} ${await response.text()}`);
  const said: Said[] = [];
  const parser = createParser({
    onEvent: ({ event = '', data }) => said.push({ event, data: JSON.parse(data) as Said['data'] }),
  });
  const decoder = new TextDecoder();
  for await (const chunk of response.body!) {
    parser.feed(decoder.decode(chunk as Uint8Array, { stream: true }));
    if (said.length < leaveAfter) continue;
    await beforeLeaving?.();
    break;
  }
  return said;
}
