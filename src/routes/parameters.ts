import { text, time, type JsonSchema } from './schema.js';

/** A parameter of a path, a query or a header. */
export interface Parameter {
  description: string;
  schema: JsonSchema;
  example: unknown;
}

/** Path parameters that have the same name everywhere. */
export const PATH_PARAMETERS: Record<string, Parameter> = {
  id: {
    description: 'As the list has it.',
    schema: { type: 'string', format: 'uuid' },
    example: '0199a1c2-7c2a-7000-8b6d-2f4e6a8c0d11',
  },
  userId: {
    description: 'Whose wallet: the `sub` of their tokens.',
    schema: { type: 'string', minLength: 1, maxLength: 255 },
    example: 'alice',
  },
};

const instant = (description: string, example: string) => ({ description, schema: time, example });

/** The parameters of lists that can be limited to a span of time. */
export const SPAN = {
  from: instant('Not before; RFC 3339.', '2026-11-01T00:00:00Z'),
  to: instant('Before; RFC 3339.', '2026-12-01T00:00:00Z'),
};

export const PAGE = {
  limit: {
    description: 'At most so many; default 50.',
    schema: { type: 'integer', minimum: 1, maximum: 200, default: 50 },
    example: 50,
  },
};

/** The parameters of lists of stored files. */
export const SHELF = {
  ...PAGE,
  cursor: {
    description: 'The `nextCursor` of the page before.',
    schema: text,
    example: 'v1764237600512000.0199a1c2-7c2a-7000-8b6d-2f4e6a8c0d11',
  },
};
