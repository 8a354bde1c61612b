import { isStream } from './is-stream.js';
import { JSON_TYPE } from './work-outcome.js';

/** What a framework sends of a result, so that it can be sent again byte for byte. */
export interface Sent {
  body: string;
  /** Where the framework would not find it out by itself. */
  type?: string;
}

/** Express and Fastify differ in what is not an object. undefined: a stream, bytes, or nothing that can be sent. */
export function sentAs(result: unknown, adapterType: string): Sent | undefined {
  const isFastify = adapterType === 'fastify';
  switch (typeof result) {
    case 'undefined':
      return { body: '' };
    case 'string':
      return { body: result };
    case 'number':
    case 'boolean':
      return isFastify ? asJson(result) : { body: String(result) };
    case 'object':
      if (result === null) return isFastify ? asJson(null) : { body: '' };
      return isStream(result) || isBytes(result) ? undefined : asJson(result);
    default:
      return undefined;
  }
}

function asJson(value: unknown): Sent | undefined {
  try {
    const body = JSON.stringify(value) as string | undefined;
    return body === undefined ? undefined : { body, type: JSON_TYPE };
  } catch {
    return undefined;
  }
}

function isBytes(result: object): boolean {
  return ArrayBuffer.isView(result) || result instanceof ArrayBuffer;
}
