import { HOLD_STATES } from '../credits/index.js';
import { ENTRY_KINDS, GRANT_CATEGORIES } from '../credits/plumbing.js';

/** JSON Schema 2020-12, which OpenAPI 3.1 uses as it is. */
export interface JsonSchema {
  readonly [keyword: string]: unknown;
}

/** A schema and an example that fits it. */
export interface SchemaWithExample extends JsonSchema {
  readonly examples: readonly [unknown, ...unknown[]];
}

const MAX_CREDITS = Number.MAX_SAFE_INTEGER;

export const text = { type: 'string' };
export const flag = { type: 'boolean' };
export const count = { type: 'integer', minimum: 0 };
export const credits = { type: 'integer', minimum: 0, maximum: MAX_CREDITS };
export const given = { type: 'integer', minimum: 1, maximum: MAX_CREDITS };
export const signed = { type: 'integer', minimum: -MAX_CREDITS, maximum: MAX_CREDITS };
export const time = { type: 'string', format: 'date-time' };
export const id = { type: 'string', format: 'uuid' };
export const sha256 = { type: 'string', pattern: '^[0-9a-f]{64}$' };
export const action = { type: 'string', pattern: '^[a-z][a-z0-9_]{0,63}$' };
export const priceVersion = { type: 'string', pattern: '^[0-9a-f]{12}$' };
export const reason = { type: 'string', minLength: 1, maxLength: 500 };

export const oneOf = (...values: string[]): JsonSchema => ({ type: 'string', enum: values });
export const arrayOf = (items: JsonSchema): JsonSchema => ({ type: 'array', items });
export const orNull = (schema: JsonSchema): JsonSchema => ({ anyOf: [schema, { type: 'null' }] });
export const about = (description: string, schema: JsonSchema): JsonSchema => ({ ...schema, description });

export const category = oneOf(...GRANT_CATEGORIES);
export const holdState = oneOf(...HOLD_STATES);
const anyState = HOLD_STATES.join('|');
/** One or several of them, separated by commas. */
export const holdStates = { type: 'string', pattern: `^(${anyState})(,(${anyState}))*$` };
export const entryKind = oneOf(...ENTRY_KINDS);

/** An object that has all its members, except perhaps those that `optional` names. */
export function object(
  properties: Record<string, JsonSchema>,
  example: unknown,
  { optional = [] }: { optional?: string[] } = {},
): SchemaWithExample {
  const required = Object.keys(properties).filter((name) => !optional.includes(name));
  return { type: 'object', properties, required, examples: [example] };
}

export function listOf(
  item: SchemaWithExample,
  more: Record<string, JsonSchema> = {},
  values = {},
): SchemaWithExample {
  return object({ data: arrayOf(item), ...more }, { data: [item.examples[0]], ...values });
}

export function pageOf(item: SchemaWithExample, nextCursor: string): SchemaWithExample {
  const cursor = about('Ask for the next page with it; null: there is none', orNull(text));
  return listOf(item, { nextCursor: cursor }, { nextCursor });
}

/** Merges two object schemas into one. */
export function joined(one: SchemaWithExample, other: SchemaWithExample): SchemaWithExample {
  const [a, b] = [one, other].map(({ properties, required }) => ({
    properties: properties as Record<string, JsonSchema>,
    required: required as string[],
  }));
  return {
    type: 'object',
    properties: { ...a!.properties, ...b!.properties },
    required: [...a!.required, ...b!.required],
    examples: [{ ...(one.examples[0] as object), ...(other.examples[0] as object) }],
  };
}

/** A schema by the name it has in /openapi.json. */
export interface Shape {
  readonly name: string;
  readonly schema: SchemaWithExample;
}

/** Names each schema by its key. */
export function shapes<Names extends string>(
  schemas: Record<Names, SchemaWithExample>,
): Record<Names, Shape> {
  const named = Object.entries<SchemaWithExample>(schemas).map(([name, schema]) => [name, { name, schema }]);
  return Object.fromEntries(named) as Record<Names, Shape>;
}
