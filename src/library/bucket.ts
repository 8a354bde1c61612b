import { AwsClient } from 'aws4fetch';
import { openAsBlob } from 'node:fs';
import { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';
import { SaxesParser } from 'saxes';
import { ProblemException } from '../problems/problem.exception.js';
import type { Range } from './file-place.js';
import type { StagedFile } from './staged-file.js';

export interface BucketSettings {
  endpoint: string;
  bucket: string;
  region: string;
  accessKeyId: string;
  secretAccessKey: string;
}

export interface ListedObject {
  key: string;
  changedAt: Date;
}

/** There is no such object; the bucket is there. */
export class NoSuchObjectError extends Error {
  override name = 'NoSuchObjectError';
}

/** The object store did not do what it was asked. The client may retry; the log has the cause. */
abstract class StoreTrouble extends ProblemException {
  constructor(cause: unknown) {
    const detail = 'Files cannot be stored or read right now. Please try again.';
    super('overloaded', detail, { retryAfterSeconds: RETRY_AFTER_SECONDS }, cause);
  }
}

/** The store does not answer, or its answer breaks off. */
export class BucketAwayError extends StoreTrouble {}

/** The store refused: a wrong bucket, a key without the right, no room. The cause says which. */
export class BucketError extends StoreTrouble {}

/** Statuses such as 503, which pass in a moment. A broken connection counts as one of these. */
const isPassing = (status: number) => status >= 500 || status === 429;
const RETRIES = 2;
const FIRST_PAUSE_MS = 100;
/** The longest wait for the start of an answer, and for each next piece of it. */
const PATIENCE_MS = 10_000;
/** A store that takes less than this is away. */
const SLOWEST_BYTES_PER_MS = 100;
const RETRY_AFTER_SECONDS = 5;

/**
 * A bucket by the S3 protocol: put, get, delete and list are each one request of HTTP, signed by aws4fetch. Addresses have
 * the bucket in their path, which Amazon and every other store take.
 */
export class Bucket {
  readonly #client: AwsClient;
  readonly #url: string;

  constructor({ endpoint, bucket, region, accessKeyId, secretAccessKey }: BucketSettings) {
    this.#client = new AwsClient({ accessKeyId, secretAccessKey, region, service: 's3', retries: 0 });
    this.#url = `${endpoint.replace(/\/+$/, '')}/${bucket}`;
  }

  /** The store compares the bytes with their hash before it keeps them. */
  async put(key: string, { path, bytes, sha256 }: StagedFile): Promise<void> {
    await this.#putBody(key, await openAsBlob(path), sha256, bytes);
  }

  async putText(key: string, text: string): Promise<void> {
    await this.#putBody(key, text, 'UNSIGNED-PAYLOAD', text.length);
  }

  /** @throws NoSuchObjectError */
  async get(key: string, range?: Range): Promise<Readable> {
    const init = range === undefined ? {} : { headers: { range: `bytes=${range.start}-${range.end}` } };
    const impatience = new AbortController();
    const { body } = await this.#ask(`get ${key}`, this.#urlOf(key), init, { impatience });
    return body === null
      ? Readable.from([])
      : Readable.from(piecesOf(body, impatience), { objectMode: false });
  }

  async text(key: string): Promise<string | undefined> {
    try {
      return await text(await this.get(key));
    } catch (error) {
      if (error instanceof NoSuchObjectError) return undefined;
      throw error;
    }
  }

  /** Deleting an object that is not there is no error. */
  async delete(key: string): Promise<void> {
    await this.#ask(`delete ${key}`, this.#urlOf(key), { method: 'DELETE' });
  }

  /** In key order, beginning after `after`. */
  async *list(prefix: string, after?: string): AsyncGenerator<ListedObject> {
    let token: string | undefined;
    do {
      const query = new URLSearchParams({ 'list-type': '2', prefix });
      if (token !== undefined) query.set('continuation-token', token);
      else if (after !== undefined) query.set('start-after', after);
      const impatience = new AbortController();
      const { body } = await this.#ask(
        `list ${prefix}`,
        `${this.#url}?${query.toString()}`,
        {},
        { impatience },
      );
      const page = parsePage(await text(piecesOf(body!, impatience)));
      yield* page.objects;
      token = page.next;
    } while (token !== undefined);
  }

  async #putBody(key: string, body: Blob | string, sha256: string, bytes: number): Promise<void> {
    const headers = { 'x-amz-content-sha256': sha256, 'content-type': 'application/octet-stream' };
    const patienceMs = PATIENCE_MS + bytes / SLOWEST_BYTES_PER_MS;
    await this.#ask(`put ${key}`, this.#urlOf(key), { method: 'PUT', headers, body }, { patienceMs });
  }

  #urlOf(key: string): string {
    return `${this.#url}/${key}`;
  }

  /** @throws BucketError, BucketAwayError, NoSuchObjectError */
  async #ask(
    what: string,
    url: string,
    init: RequestInit,
    { patienceMs = PATIENCE_MS, impatience = new AbortController() } = {},
  ): Promise<Response> {
    const timer = setTimeout(() => impatience.abort(new Error('no answer in time')), patienceMs);
    const answer = await this.#tryThrice(url, { ...init, signal: impatience.signal })
      .catch((error: unknown) => {
        throw new BucketAwayError(error);
      })
      .finally(() => clearTimeout(timer));
    if (answer.ok) return answer;
    const code = /<Code>(\w+)<\/Code>/.exec(await answer.text().catch(() => ''))?.[1] ?? '';
    const error = new Error(`${what}: the object store answers ${`${answer.status} ${code}`.trim()}`);
    if (answer.status === 404 && code !== 'NoSuchBucket') throw new NoSuchObjectError(error.message);
    throw isPassing(answer.status) ? new BucketAwayError(error) : new BucketError(error);
  }

  /** Every request may be repeated: the second time changes nothing. */
  async #tryThrice(url: string, init: RequestInit & { signal: AbortSignal }): Promise<Response> {
    for (let tries = 0; ; tries++) {
      const isLast = tries === RETRIES;
      try {
        const answer = await this.#client.fetch(url, init);
        if (isLast || !isPassing(answer.status)) return answer;
        await answer.body?.cancel();
      } catch (error) {
        if (isLast || init.signal.aborted) throw error;
      }
      await sleep(Math.random() * FIRST_PAUSE_MS * 2 ** tries);
    }
  }
}

/** If an answer breaks off or stalls for too long, the reader gets a BucketAwayError. */
async function* piecesOf(
  body: ReadableStream<Uint8Array>,
  impatience: AbortController,
): AsyncGenerator<Uint8Array> {
  const reader = body.getReader();
  try {
    for (;;) {
      // The limit is for the store alone; the reader may be slow.
      const timer = setTimeout(() => impatience.abort(new Error('nothing more came')), PATIENCE_MS);
      const { done, value } = await reader.read().finally(() => clearTimeout(timer));
      if (done) return;
      yield value;
    }
  } catch (error) {
    throw new BucketAwayError(error);
  } finally {
    await reader.cancel().catch(() => undefined);
  }
}

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_ListObjectsV2.html */
function parsePage(xml: string): { objects: ListedObject[]; next: string | undefined } {
  const objects: ListedObject[] = [];
  const path: string[] = [];
  let text = '';
  let next: string | undefined;
  const parser = new SaxesParser();
  parser.on('opentag', ({ name }) => {
    path.push(name);
    text = '';
    if (path.join('/') === 'ListBucketResult/Contents') objects.push({ key: '', changedAt: new Date() });
  });
  parser.on('text', (piece) => (text += piece));
  parser.on('closetag', () => {
    const at = path.join('/');
    path.pop();
    if (at === 'ListBucketResult/Contents/Key') objects.at(-1)!.key = text;
    else if (at === 'ListBucketResult/Contents/LastModified') objects.at(-1)!.changedAt = new Date(text);
    else if (at === 'ListBucketResult/NextContinuationToken') next = text;
  });
  parser.on('error', (error) => {
    throw error;
  });
  parser.write(xml).close();
  return { objects, next };
}
