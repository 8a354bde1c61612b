import type { ServerResponse } from 'node:http';
import type { DisplayedBalance } from '../credits-display/displayed-balance.js';
import { toBody } from './balance-body.js';
import type { Changes } from './history.js';

/**
 * One listening client. For a slow reader only the latest balance is kept, and only the latest changes, which tell
 * where they begin. Nothing is written while earlier data is still unread, so a client that has stopped reading is
 * noticed.
 */
export class EventStream {
  #version: number | undefined;
  #changesUpTo: number | undefined;
  #isTaking = false;
  /** By the name of the event. */
  readonly #waiting = new Map<string, string>();

  constructor(
    private readonly response: ServerResponse,
    private readonly wantsChanges = false,
  ) {
    // A broken connection closes, too; without a listener its error would end the process.
    response.on('error', () => undefined);
  }

  /** The wallet's version that the client has, or will have. */
  get version(): number {
    return this.#version ?? 0;
  }

  /** The version up to which the client knows what changed; undefined: it does not want to know. */
  get changesUpTo(): number | undefined {
    return this.wantsChanges ? this.#changesUpTo : undefined;
  }

  onClose(listener: () => void): void {
    this.response.on('close', listener);
    if (this.response.destroyed) listener();
  }

  /** Sends nothing if the client already has this version. */
  send(shown: DisplayedBalance): void {
    if (shown.version === this.#version) return;
    this.#version = shown.version;
    // A client reads its lists after it has connected, so they have all earlier changes.
    this.#changesUpTo ??= shown.version;
    this.#tell('balance', shown.version, toBody(shown));
  }

  sendChanges(changes: Changes): void {
    this.#changesUpTo = changes.to;
    this.#tell('changes', changes.to, changes);
  }

  /** A comment, so that no proxy takes the silence for the end. */
  beat(): void {
    if (!this.#isTaking) this.#write(':\n\n');
  }

  end(): void {
    this.response.end();
  }

  #tell(event: string, version: number, data: unknown): void {
    const text = `event: ${event}\nid: ${version}\ndata: ${JSON.stringify(data)}\n\n`;
    if (this.#isTaking) this.#waiting.set(event, text);
    else this.#write(text);
  }

  #write(text: string): void {
    this.#isTaking = true;
    this.response.write(text, () => {
      this.#isTaking = false;
      const latest = [...this.#waiting.values()].join('');
      this.#waiting.clear();
      if (latest !== '') this.#write(latest);
    });
  }
}
