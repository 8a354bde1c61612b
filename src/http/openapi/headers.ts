import { action, count, credits, entryKind, text, time, type JsonSchema } from './schemas/parts.js';

interface Header {
  description: string;
  schema: JsonSchema;
  example: unknown;
}

export const REQUEST_HEADERS = {
  'Idempotency-Key': {
    description:
      'The same key with the same input answers with the first outcome, byte for byte, and does no work again; with another input it is 422. 8 to 255 printable ASCII characters, quoted or bare.',
    schema: { type: 'string', minLength: 8, maxLength: 257 },
    example: 'chapter-0001',
  },
  'X-Max-Credits': {
    description: 'Do not charge more; a dearer price is 409 and costs nothing.',
    schema: credits,
    example: 5,
  },
  'X-Min-Balance-Version': {
    description: 'Never answer from an older state of the wallet than this version.',
    schema: count,
    example: 3,
  },
  'If-None-Match': {
    description: 'The ETag of what the client has: 304 if it is still so.',
    schema: text,
    example: 'W/"mJ0cbR1p5uWk3x8Vq2s7ZyTgHfA"',
  },
  Range: { description: 'One range of bytes.', schema: text, example: 'bytes=0-1023' },
  Accept: { description: '`text/csv` for CSV.', schema: text, example: 'application/json' },
} as const satisfies Record<string, Header>;

export type RequestHeader = keyof typeof REQUEST_HEADERS;

export const ANSWER_HEADERS = {
  'X-Request-Id': {
    description: 'Finds the request in the log; the client’s own where it sent a fit one.',
    schema: text,
    example: '0b7f0d6e-3a55-4f0c-9a5e-0c1d2e3f4a5b',
  },
  'X-Credits-Charged': { description: 'What this cost.', schema: credits, example: 3 },
  'X-Credits-Remaining': { description: 'What is available after it.', schema: credits, example: 97 },
  'Idempotent-Replayed': {
    description: '`true`: this is the first answer again, nothing was done now.',
    schema: { type: 'string', enum: ['true'] },
    example: 'true',
  },
  'RateLimit-Limit': { description: 'Requests a minute.', schema: count, example: 600 },
  'RateLimit-Remaining': { description: 'Those left of it.', schema: count, example: 598 },
  'RateLimit-Reset': { description: 'Seconds until it begins anew.', schema: count, example: 42 },
  'Retry-After': { description: 'Seconds to wait.', schema: count, example: 1 },
  'WWW-Authenticate': { description: 'How to sign in.', schema: text, example: 'Bearer' },
  ETag: { description: 'No two users share one.', schema: text, example: 'W/"mJ0cbR1p5uWk3x8Vq2s7ZyTgHfA"' },
  'Content-Disposition': {
    description: 'Always an attachment, by the name its owner gave it.',
    schema: text,
    example: 'attachment; filename="take-1.wav"; filename*=UTF-8\'\'take-1.wav',
  },
  'Content-Range': { description: 'Which bytes these are.', schema: text, example: 'bytes 0-1023/176444' },
} as const satisfies Record<string, Header>;

export type AnswerHeader = keyof typeof ANSWER_HEADERS;

export const PATH_PARAMETERS: Record<string, Header> = {
  id: {
    description: 'As the list has it.',
    schema: { type: 'string', format: 'uuid' },
    example: '0199a1c2-7c2a-7000-8b6d-2f4e6a8c0d11',
  },
  entryId: {
    description: 'The id of a charge in the ledger.',
    schema: { type: 'string', format: 'uuid' },
    example: '0199a1c2-7c2b-7d41-9e02-6f0b8c1d2e3f',
  },
  userId: {
    description: 'Whose wallet: the `sub` of their tokens.',
    schema: { type: 'string', minLength: 1, maxLength: 255 },
    example: 'alice',
  },
  problem: { description: 'Its code, with dashes.', schema: text, example: 'insufficient-credits' },
  key: { description: 'The key of the gift.', schema: text, example: 'new-year-2027' },
};

const instant = (description: string, example: string) => ({ description, schema: time, example });

/** For lists that a span of time can be asked for. */
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

/** For what is stored. */
export const SHELF = {
  ...PAGE,
  cursor: {
    description: 'The `nextCursor` of the page before.',
    schema: text,
    example: 'v1764237600512000.0199a1c2-7c2a-7000-8b6d-2f4e6a8c0d11',
  },
};

/** For the entries of a ledger. */
export const ENTRIES = {
  ...PAGE,
  cursor: { description: 'The `nextCursor` of the page before.', schema: text, example: 'v3' },
  kind: { description: 'Only this kind of entry.', schema: entryKind, example: 'charge' },
  action: { description: 'Only this action.', schema: action, example: 'txt_upload' },
  ...SPAN,
};
