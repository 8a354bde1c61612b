import { SignatureV4 } from '@smithy/signature-v4';
import { createHash, createHmac, type Hash, type Hmac } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';

// An object store as far as we speak to one. Its memory is a Map; what a client may get wrong is checked as Amazon
// does: every signature is computed anew by Amazon's own signer, the hash that was announced is compared with what came, a
// length must be known, and lists come in pages.

export const CREDENTIALS = { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'secret/of+the=test' };
export const REGION = 'eu-central-1';
export const BUCKET = 'files-of-the-test';

/** The settings of a product that keeps its files there. */
export const filesIn = ({ endpoint }: Pick<S3Double, 'endpoint'>) => ({
  FILES: 's3',
  S3_ENDPOINT: endpoint,
  S3_BUCKET: BUCKET,
  S3_REGION: REGION,
  S3_ACCESS_KEY_ID: CREDENTIALS.accessKeyId,
  S3_SECRET_ACCESS_KEY: CREDENTIALS.secretAccessKey,
});

interface StoredObject {
  bytes: Buffer;
  changedAt: Date;
}

export interface S3Double {
  endpoint: string;
  objects: Map<string, StoredObject>;
  requests: string[];
  /**
   * For the next requests: the status to answer, `away` to hang up, or undefined for none. Of an object that is asked for,
   * the half: then `cut` hangs up, `stall` says nothing more, and `short` calls that all.
   */
  troubles: (number | 'away' | 'cut' | 'stall' | 'short' | undefined)[];
  pageSize: number;
  close(): Promise<void>;
}

export async function openS3Double(): Promise<S3Double> {
  const double = { objects: new Map(), requests: [], troubles: [], pageSize: 1000 } as unknown as S3Double;
  const server = createServer((request, response) => {
    double.requests.push(`${request.method} ${request.url}`);
    void answer(double, request, response).catch((error: unknown) => refuse(response, 500, String(error)));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  double.endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  double.close = async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  };
  return double;
}

async function answer(double: S3Double, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const trouble = double.troubles.shift();
  if (trouble === 'away') return void request.socket.destroy();
  if (typeof trouble === 'number')
    return refuse(response, trouble, trouble === 403 ? 'AccessDenied' : 'SlowDown');
  const url = new URL(request.url!, double.endpoint);
  if (!(await isSigned(request, url))) return refuse(response, 403, 'SignatureDoesNotMatch');
  const [, bucket, ...rest] = decodeURIComponent(url.pathname).split('/');
  if (bucket !== BUCKET) return refuse(response, 404, 'NoSuchBucket');
  const key = rest.join('/');
  if (request.method === 'PUT') return put(double, key, request, response);
  if (request.method === 'DELETE') {
    double.objects.delete(key);
    return void response.writeHead(204).end();
  }
  if (key === '') return list(double, url.searchParams, response);
  if (trouble !== undefined) return half(double.objects.get(key)!.bytes, trouble, response);
  return get(double, key, request, response);
}

function half(bytes: Buffer, trouble: 'cut' | 'stall' | 'short', response: ServerResponse): void {
  const part = bytes.subarray(0, bytes.length / 2);
  response.writeHead(200, { 'content-length': trouble === 'short' ? part.length : bytes.length });
  if (trouble === 'short') return void response.end(part);
  response.write(part, () => trouble === 'cut' && response.destroy());
}

async function put(double: S3Double, key: string, request: IncomingMessage, response: ServerResponse) {
  if (request.headers['content-length'] === undefined) return refuse(response, 411, 'MissingContentLength');
  const bytes = await buffer(request);
  const announced = request.headers['x-amz-content-sha256'];
  const sha256 = createHash('sha256').update(bytes).digest('hex');
  if (announced !== 'UNSIGNED-PAYLOAD' && announced !== sha256)
    return refuse(response, 400, 'XAmzContentSHA256Mismatch');
  double.objects.set(key, { bytes, changedAt: new Date() });
  response.writeHead(200).end();
}

function get(double: S3Double, key: string, request: IncomingMessage, response: ServerResponse): void {
  const found = double.objects.get(key);
  if (found === undefined) return refuse(response, 404, 'NoSuchKey');
  const range = /^bytes=(\d+)-(\d+)$/.exec(request.headers.range ?? '');
  if (range === null) return void response.writeHead(200).end(found.bytes);
  response.writeHead(206).end(found.bytes.subarray(Number(range[1]), Number(range[2]) + 1));
}

function list({ objects, pageSize }: S3Double, query: URLSearchParams, response: ServerResponse): void {
  const after = query.get('continuation-token') ?? query.get('start-after') ?? '';
  const keys = [...objects.keys()]
    .filter((key) => key.startsWith(query.get('prefix') ?? '') && key > after)
    .sort();
  const page = keys.slice(0, pageSize);
  const contents = page.map((key) => {
    const changed = objects.get(key)!.changedAt.toISOString();
    return `<Contents><Key>${key}</Key><LastModified>${changed}</LastModified></Contents>`;
  });
  const next = keys.length > pageSize ? `<NextContinuationToken>${page.at(-1)}</NextContinuationToken>` : '';
  response
    .writeHead(200, { 'content-type': 'application/xml' })
    .end(
      `<?xml version="1.0"?><ListBucketResult><IsTruncated>${next !== ''}</IsTruncated>${contents.join('')}${next}</ListBucketResult>`,
    );
}

function refuse(response: ServerResponse, status: number, code: string): void {
  response.writeHead(status).end(`<?xml version="1.0"?><Error><Code>${code}</Code></Error>`);
}

async function isSigned({ method = '', headers }: IncomingMessage, url: URL): Promise<boolean> {
  const [, names = ''] = /SignedHeaders=([^,]*)/.exec(headers.authorization ?? '') ?? [];
  const signed = Object.fromEntries(names.split(';').map((name) => [name, String(headers[name])]));
  const date = String(headers['x-amz-date']);
  const signer = new SignatureV4({
    service: 's3',
    region: REGION,
    credentials: CREDENTIALS,
    sha256: Sha256,
    uriEscapePath: false,
    applyChecksum: false,
  });
  const query = Object.fromEntries(url.searchParams);
  const request = {
    method,
    protocol: 'http:',
    hostname: url.hostname,
    path: url.pathname,
    query,
    headers: signed,
  };
  const signingDate = new Date(date.replace(/(....)(..)(..T..)(..)(..Z)/, '$1-$2-$3:$4:$5'));
  const { headers: expected } = await signer.sign(request, { signingDate });
  return expected['authorization'] === headers.authorization;
}

/** As the signer wants one. */
class Sha256 {
  readonly #hash: Hash | Hmac;

  constructor(secret?: string | ArrayBuffer | ArrayBufferView) {
    const key = secret === undefined ? undefined : bytesOf(secret);
    this.#hash = key === undefined ? createHash('sha256') : createHmac('sha256', key);
  }

  update(data: string | ArrayBuffer | ArrayBufferView): void {
    this.#hash.update(bytesOf(data));
  }

  async digest(): Promise<Uint8Array> {
    return this.#hash.digest();
  }

  reset(): void {
    throw new Error('made for one message');
  }
}

function bytesOf(data: string | ArrayBuffer | ArrayBufferView): Buffer {
  if (typeof data === 'string') return Buffer.from(data);
  if (data instanceof ArrayBuffer) return Buffer.from(data);
  return Buffer.from(data.buffer, data.byteOffset, data.byteLength);
}
