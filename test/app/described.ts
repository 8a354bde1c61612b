import addFormats from 'ajv-formats';
import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';
import type { Answer, Product } from './product.js';

/** A JSON Schema, or any other part of the document. */
// eslint-disable-next-line @typescript-eslint/no-explicit-any
type Part = any;

/** The published description of the API, to hold against what the server does. */
export class Described {
  readonly #ajv = addFormats.default(new Ajv2020({ strict: false, allErrors: true }));
  readonly #validators = new Map<string, ValidateFunction>();

  private constructor(readonly document: Part) {}

  static async by(product: Product): Promise<Described> {
    return new Described((await product.call(null, '/openapi.json')).body);
  }

  /** `GET /api/credits` and its operation object, for all of them. */
  get operations(): [route: string, operation: Part][] {
    return Object.entries(this.document.paths).flatMap(([path, item]) =>
      Object.entries(item as Part).map(([method, operation]): [string, Part] => [
        `${method.toUpperCase()} ${path}`,
        operation,
      ]),
    );
  }

  operationOf(route: string): Part {
    return this.operations.find(([name]) => name === route)?.[1];
  }

  /** What of a value does not fit a schema; members that the schema does not have are faults, too. */
  faultsOf(schema: Part, value: unknown): string[] {
    const key = JSON.stringify(schema);
    const validate =
      this.#validators.get(key) ??
      this.#ajv.compile({ ...closed(schema), components: closed(this.document.components) });
    this.#validators.set(key, validate);
    if (validate(value)) return [];
    return validate.errors!.map(({ instancePath, message, params }) =>
      [instancePath, message, JSON.stringify(params)].join(' '),
    );
  }

  /** What of an answer is not as the document says it would be. */
  faultsOfAnswer(route: string, { status, headers, text, body }: Answer): string[] {
    const response = this.operationOf(route)?.responses?.[status];
    if (response === undefined) return [`${route}: ${status} is not described`];
    const missing = Object.keys(response.headers).filter((name) => !UNSURE.has(name) && !headers.has(name));
    const faults = missing.map((name) => `${route}: ${status} without ${name}`);
    if (response.content === undefined) return text === '' ? faults : [...faults, `${route}: has a body`];
    const type = headers.get('content-type')!.split(';')[0]!;
    const media = response.content[type] ?? response.content[`${type.split('/')[0]}/*`];
    if (media === undefined) return [...faults, `${route}: ${status} in ${type} is not described`];
    const isJson = /json/.test(type);
    return [...faults, ...(isJson ? this.faultsOf(media.schema, body) : [])].map((f) => `${route}: ${f}`);
  }
}

/** Not with every answer: of a code, of a retry, of a server that limits. */
const UNSURE = new Set([
  'Retry-After',
  'WWW-Authenticate',
  'Idempotent-Replayed',
  'RateLimit-Limit',
  'RateLimit-Remaining',
  'RateLimit-Reset',
]);

/** The same schema without room for a member it does not name; a problem has room for those of its code. */
function closed(schema: Part): Part {
  if (Array.isArray(schema)) return schema.map(closed);
  if (typeof schema !== 'object' || schema === null) return schema;
  const open = Object.fromEntries(Object.entries(schema).map(([name, part]) => [name, closed(part)]));
  const isObject =
    open['type'] === 'object' && open['properties'] !== undefined && !('requestId' in open['properties']);
  return isObject && open['additionalProperties'] === undefined
    ? { ...open, additionalProperties: false }
    : open;
}
