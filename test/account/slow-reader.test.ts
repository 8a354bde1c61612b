import { expect, test } from '@jest/globals';
import { EventEmitter } from 'node:events';
import type { ServerResponse } from 'node:http';
import type { DisplayedBalance } from '../../src/credits-display/displayed-balance.js';
import { EventStream } from '../../src/credits-http/event-stream.js';

/** A client that takes nothing until it is told to. */
class SlowResponse extends EventEmitter {
  readonly written: string[] = [];
  readonly #taken: (() => void)[] = [];

  write(text: string, taken: () => void): void {
    this.written.push(text);
    this.#taken.push(taken);
  }

  take(): void {
    this.#taken.shift()!();
  }
}

test('a client that reads slowly gets the latest balance and none of those before it', () => {
  const response = new SlowResponse();
  const stream = new EventStream(response as unknown as ServerResponse);
  const send = (version: number) => stream.send({ version } as DisplayedBalance);
  const versions = () => response.written.map((text) => /id: (\d)/.exec(text)?.[1]);
  send(1);
  [2, 3, 4, 5].forEach(send);
  stream.beat();
  expect(versions()).toEqual(['1']);
  response.take();
  stream.beat();
  expect(versions()).toEqual(['1', '5']);
  response.take();
  stream.beat();
  expect(versions()).toEqual(['1', '5', undefined]);
});
