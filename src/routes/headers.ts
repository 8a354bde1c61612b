import { count, credits, text } from './schema.js';
import type { Parameter } from './parameters.js';

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
} as const satisfies Record<string, Parameter>;

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
} as const satisfies Record<string, Parameter>;

export type AnswerHeader = keyof typeof ANSWER_HEADERS;
