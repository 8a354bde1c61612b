import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { IncomingMessage } from 'node:http';
import { ProblemException } from '../problems/problem.exception.js';
import { sizeOf } from '../problems/size-of.js';
import { keepRawBody } from '../routes/raw-body.js';
import { parseStrictJson } from './strict-json.js';

const BODY_LIMIT_BYTES = 64 * 1024;
const RAW_BODY_LIMIT_BYTES = 512 * 1024;

const JSON_TYPE = /^application\/json *(; *charset="?utf-8"? *)?$/i;

const problems = new WeakMap<object, Error>();

/** The fault of a request's body, if it has one. */
export function bodyProblemOf(request: object): Error | undefined {
  return problems.get(request);
}

/**
 * Reads JSON and nothing else; multipart bodies are the multipart plugin's. Fastify parses a body before Nest asks
 * who sent it, so what is wrong with one is noted here and said later, by RequestShapeGuard: a stranger hears 401
 * and not what is wrong with the body.
 */
export function acceptStrictJson(instance: FastifyInstance): void {
  instance.removeAllContentTypeParsers();
  for (const type of ['application/json', '*']) {
    instance.addContentTypeParser(type, async (request: FastifyRequest, payload: IncomingMessage) => {
      try {
        if (takesRawBody(request)) {
          keepRawBody(request, await readAll(payload, RAW_BODY_LIMIT_BYTES));
          return undefined;
        }
        return await readJson(request, payload);
      } catch (error) {
        problems.set(request, error as Error);
        return undefined;
      }
    });
  }
}

function takesRawBody({ routeOptions }: FastifyRequest): boolean {
  return (routeOptions.config as { takesRawBody?: boolean }).takesRawBody === true;
}

async function readJson({ headers }: FastifyRequest, payload: IncomingMessage): Promise<object> {
  const encoding = headers['content-encoding'] ?? 'identity';
  if (!JSON_TYPE.test(headers['content-type'] ?? '') || encoding !== 'identity') {
    throw notJson();
  }
  if (Number(headers['content-length'] ?? 0) > BODY_LIMIT_BYTES) throw tooLarge(BODY_LIMIT_BYTES);
  return parseStrictJson(await readAll(payload, BODY_LIMIT_BYTES));
}

/**
 * Not `for await`, which destroys the request, and the answer with it, if it stops early. Without a listener the rest
 * of the body flows on and is thrown away, so the connection can carry the next request.
 */
function readAll(payload: IncomingMessage, limitBytes: number): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let bytes = 0;
    const onData = (chunk: Buffer) => {
      bytes += chunk.length;
      if (bytes > limitBytes) {
        payload.off('data', onData);
        reject(tooLarge(limitBytes));
      } else {
        chunks.push(chunk);
      }
    };
    payload.on('data', onData);
    payload.once('end', () => resolve(Buffer.concat(chunks)));
    payload.once('error', () => reject(new ProblemException('malformed_body', 'The body is not complete.')));
  });
}

export function notJson(): ProblemException {
  return new ProblemException('unsupported_media_type', 'Send application/json in UTF-8.');
}

function tooLarge(limitBytes: number): ProblemException {
  return new ProblemException('payload_too_large', `The limit is ${sizeOf(limitBytes)}.`, { limitBytes });
}
