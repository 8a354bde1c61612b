import type { ProblemCode } from '../../problems/problem-codes.js';
import type { RequestHeader, AnswerHeader } from './headers.js';
import type { JsonSchema } from './schemas/parts.js';
import type { SchemaName } from './schemas/index.js';

export const TAGS = {
  Credits: 'What a user has, what things cost and where every credit went. Free, and possible at zero.',
  Uploads: 'Paid: the credits are held before a byte of the file is read, and charged when it is stored.',
  Exports: 'Documents and recordings in another form: `txt` and `json` free, the others paid.',
  Library: 'What is stored. Somebody else’s is as unknown as what never was.',
  Admin: 'For operators, with `app_metadata.role = "admin"` in their token.',
  Operation: 'For whoever watches this server.',
} as const;

export interface QueryParameter {
  description: string;
  schema: JsonSchema;
  example: unknown;
}

export interface Answer {
  description: string;
  /** An answer in JSON. */
  json?: SchemaName;
  /** Answers in other media types, with an example, or null where one would be bytes. */
  other?: Record<string, string | null>;
  headers?: readonly AnswerHeader[];
}

/** What a route is for. Its parameters in the path, its security and most of its refusals follow from what it is. */
export interface OperationDescription {
  tag: keyof typeof TAGS;
  summary: string;
  description: string;
  query?: Record<string, QueryParameter>;
  headers?: readonly RequestHeader[];
  /** What it takes: JSON, or a file in the field `file` of a multipart body. */
  takes?: { json: SchemaName } | { file: string };
  answers: Record<number, Answer>;
  /** Beside those that follow from what it is. */
  refusals?: readonly ProblemCode[];
}

/** By method and path, as in `GET /api/credits`. */
export type OperationTable = Record<string, OperationDescription>;
