import type { ServerResponse } from 'node:http';
import { BodyCount } from './body-count.js';
import type { OnClientLeft } from './cost.js';
import type { HandlerKind } from './endpoint.js';
import type { OpenEndings } from './open-endings.js';
import type { Work } from './work.js';

const CLIENT_LEFT = 'the client went away';
const NOT_WHOLE = 'the answer was not sent whole';

export type AnyResponse = ServerResponse | { raw: ServerResponse };

/**
 * How one answer ends, and what its work costs then: docs/design.md has the table. What a handler is makes no
 * difference to it: it looks at the response alone, at its status and whether it was sent whole. Only what cannot be seen there
 * is told: that a source failed after the head was out, and that a source which outlives its client has ended.
 */
export class Ending {
  /** The client went away, or we did, before the answer was whole. */
  hasClientLeft = false;
  readonly #raw: ServerResponse;
  #hasFailed = false;
  #hasSourceEnded = false;
  #endSource: (() => void) | undefined;
  #count: BodyCount | undefined;

  constructor(
    response: AnyResponse,
    readonly work: Work,
    private readonly kind: HandlerKind,
    private readonly onClientLeft: OnClientLeft,
    private readonly open: OpenEndings,
  ) {
    this.#raw = rawOf(response);
  }

  /** The answer may be shorter than it says: a stream, or one by hand. */
  countBody(): void {
    this.#count ??= new BodyCount(this.#raw);
  }

  /** False: the client left while the hold was made. Nobody waits for the work, so it does not begin. */
  watch(): boolean {
    const raw = this.#raw;
    const { socket } = raw.req;
    const over = () => {
      socket.off('close', over);
      raw.off('close', over);
      this.#over();
    };
    raw.once('close', over);
    if (this.kind === 'byHand') this.countBody();
    // A response queued behind another one of its connection has no socket yet, and never closes if that one does.
    if (!raw.socket) socket.once('close', over);
    const isOver = raw.destroyed || socket.destroyed;
    if (isOver) {
      this.#hasSourceEnded = true;
      over();
    } else if (this.onClientLeft !== 'release' && this.kind !== 'sse') {
      this.#tellFailureFromLeaving();
    }
    return !isOver;
  }

  get isHeadOut(): boolean {
    return this.#raw.headersSent;
  }

  /** Whatever else the handler does: the answer has its last byte. */
  get isEnded(): boolean {
    return this.#raw.writableEnded;
  }

  /** The source is read on although the client has left. */
  get isDraining(): boolean {
    return this.drains && this.hasClientLeft && !this.#hasSourceEnded;
  }

  /** What ends the source when the client leaves, where the framework does not. */
  endSourceBy(end: () => void): void {
    this.#endSource = end;
  }

  /** The client is not what ends the source. */
  get drains(): boolean {
    return this.onClientLeft === 'drain';
  }

  /** Nothing is charged, whatever is sent. */
  markFailed(): void {
    this.#hasFailed = true;
    this.#hasSourceEnded = true;
    this.open.drop(this);
  }

  sourceFailed(reason: string): void {
    this.markFailed();
    this.open.await(this.work.release(reason));
  }

  sourceEnded(): void {
    if (this.#hasSourceEnded) return;
    const wasDraining = this.isDraining;
    this.#hasSourceEnded = true;
    this.open.drop(this);
    if (wasDraining) this.open.await(this.work.succeed());
  }

  /** By whoever, before its end: Nest ends a Readable that a handler returns as it is with its client. */
  sourceDestroyed(): void {
    if (this.#hasSourceEnded) return;
    const wasDraining = this.isDraining;
    this.#hasSourceEnded = true;
    this.open.drop(this);
    if (wasDraining) this.open.await(this.work.takeUsed(CLIENT_LEFT));
  }

  /** The application ends, and with it what is still read to its end. */
  cutShort(): void {
    if (!this.isDraining) return;
    this.#hasSourceEnded = true;
    this.open.await(this.work.takeUsed(CLIENT_LEFT));
    this.#endSource?.();
  }

  #over(): void {
    const { work } = this;
    const isWhole = this.#isWhole();
    this.hasClientLeft = !this.#raw.writableFinished && !this.#hasFailed;
    if (this.hasClientLeft && !this.isDraining) this.#endSource?.();
    // The usual end: an object that says what was charged.
    if (isWhole && work.isSettled && work.finishing === undefined) return;
    this.open.await(this.#settle(isWhole));
  }

  async #settle(isWhole: boolean): Promise<void> {
    const { work } = this;
    await work.finishing?.catch(() => undefined);
    if (work.isSettled) {
      if (!isWhole && !(this.hasClientLeft && this.onClientLeft !== 'release')) await work.takeBack();
    } else if (isWhole) {
      await work.succeed();
    } else if (!this.hasClientLeft) {
      await work.release(this.#count?.isShort === true ? NOT_WHOLE : 'the request was refused');
    } else if (this.isDraining) {
      this.open.drain(this);
    } else if (this.onClientLeft === 'release') {
      await work.release(CLIENT_LEFT);
    } else {
      await work.takeUsed(CLIENT_LEFT);
    }
  }

  #isWhole(): boolean {
    const { writableFinished, statusCode } = this.#raw;
    return writableFinished && statusCode < 400 && !this.#hasFailed && this.#count?.isShort !== true;
  }

  /** A source that fails makes its sender destroy the response; a client that leaves closes the socket instead. */
  #tellFailureFromLeaving(): void {
    const raw = this.#raw;
    const destroy = raw.destroy.bind(raw);
    raw.destroy = (error?: Error) => {
      if (raw.socket?.destroyed === false && !raw.writableEnded) this.#hasFailed = true;
      return destroy(error);
    };
  }
}

function rawOf(response: AnyResponse): ServerResponse {
  return 'raw' in response ? response.raw : response;
}

const endings = new WeakMap<object, Ending>();

export function attachEnding(request: object, ending: Ending): void {
  endings.set(request, ending);
}

export function endingOf(request: object): Ending | undefined {
  return endings.get(request);
}

/** The work of a request to a gated endpoint; undefined before its guard has run, and anywhere else. */
export function workOf(request: object): Work | undefined {
  return endings.get(request)?.work;
}
