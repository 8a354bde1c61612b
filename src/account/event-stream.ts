import type { ServerResponse } from 'node:http';
import type { DisplayedBalance } from '../credits-display/displayed-balance.js';
import { toBody } from './balance-body.js';

/** One client that listens. To one that reads slowly only the latest balance is kept, whatever came before it. */
export class EventStream {
  #version: number | undefined;
  #isFull = false;
  #latest: string | undefined;

  constructor(private readonly response: ServerResponse) {
    response.on('drain', () => {
      this.#isFull = false;
      const latest = this.#latest;
      this.#latest = undefined;
      if (latest !== undefined) this.#write(latest);
    });
    // A connection that breaks closes, too; without a listener its error would end the process.
    response.on('error', () => undefined);
  }

  onClose(listener: () => void): void {
    this.response.on('close', listener);
    if (this.response.destroyed) listener();
  }

  /** Says nothing when the client has this version already. */
  send(shown: DisplayedBalance): void {
    if (shown.version === this.#version) return;
    this.#version = shown.version;
    const event = `event: balance\nid: ${shown.version}\ndata: ${JSON.stringify(toBody(shown))}\n\n`;
    if (this.#isFull) this.#latest = event;
    else this.#write(event);
  }

  /** A comment, so that nobody in between takes the silence for an end. */
  beat(): void {
    if (!this.#isFull) this.#write(':\n\n');
  }

  end(): void {
    this.response.end();
  }

  #write(text: string): void {
    this.#isFull = !this.response.write(text);
  }
}
