import type { ServerResponse } from 'node:http';
import type { DisplayedBalance } from '../credits-display/displayed-balance.js';
import { toBody } from './balance-body.js';
import type { Changes } from './history.js';

/**
 * One client that listens. To one that reads slowly only the latest balance is kept, whatever came before it, and only
 * the latest changes, which tell where they begin: nothing is written while something is still to be taken, so a client
 * that takes nothing more is found out.
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
    // A connection that breaks closes, too; without a listener its error would end the process.
    response.on('error', () => undefined);
  }

  /** The wallet's version that the client has, or will have. */
  get version(): number {
    return this.#version ?? 0;
  }

  /** Up to which version the client knows what changed; undefined when it does not want to. */
  get changesUpTo(): number | undefined {
    return this.wantsChanges ? this.#changesUpTo : undefined;
  }

  onClose(listener: () => void): void {
    this.response.on('close', listener);
    if (this.response.destroyed) listener();
  }

  /** Says nothing when the client has this version already. */
  send(shown: DisplayedBalance): void {
    if (shown.version === this.#version) return;
    this.#version = shown.version;
    // A client reads its lists once it is here; what changed before that is in them.
    this.#changesUpTo ??= shown.version;
    this.#tell('balance', shown.version, toBody(shown));
  }

  sendChanges(changes: Changes): void {
    this.#changesUpTo = changes.to;
    this.#tell('changes', changes.to, changes);
  }

  /** A comment, so that nobody in between takes the silence for an end. */
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
