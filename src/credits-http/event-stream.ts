import type { ServerResponse } from 'node:http';
import type { DisplayedBalance } from '../credits-display/displayed-balance.js';
import { toBody } from './balance-body.js';

/**
 * One client that listens. To one that reads slowly only the latest balance is kept, whatever came before it: nothing
 * is written while something is still to be taken, so a client that takes nothing more is found out.
 */
export class EventStream {
  #version: number | undefined;
  #isTaking = false;
  #latest: string | undefined;

  constructor(private readonly response: ServerResponse) {
    // A connection that breaks closes, too; without a listener its error would end the process.
    response.on('error', () => undefined);
  }

  /** The wallet's version that the client has, or will have. */
  get version(): number {
    return this.#version ?? 0;
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
    if (this.#isTaking) this.#latest = event;
    else this.#write(event);
  }

  /** A comment, so that nobody in between takes the silence for an end. */
  beat(): void {
    if (!this.#isTaking) this.#write(':\n\n');
  }

  end(): void {
    this.response.end();
  }

  #write(text: string): void {
    this.#isTaking = true;
    this.response.write(text, () => {
      this.#isTaking = false;
      const latest = this.#latest;
      this.#latest = undefined;
      if (latest !== undefined) this.#write(latest);
    });
  }
}
