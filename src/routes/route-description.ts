import type { ProblemCode } from '../problems/problem-codes.js';
import type { RequestHeader, AnswerHeader } from './headers.js';
import type { Tag } from './tags.js';
import type { Parameter } from './parameters.js';
import type { Shape } from './schema.js';

export interface DescribedAnswer {
  description: string;
  /** An answer in JSON. */
  json?: Shape;
  /** Answers in other media types, with an example, or null where one would be bytes. */
  other?: Record<string, string | null>;
  headers?: readonly AnswerHeader[];
}

/** What a route is for. Its parameters in the path, its security and most of its refusals follow from what it is. */
export interface RouteDescription {
  tag: Tag;
  summary: string;
  description: string;
  /** Those of its path that are not called the same everywhere (parameters.ts). */
  path?: Record<string, Parameter>;
  query?: Record<string, Parameter>;
  headers?: readonly RequestHeader[];
  /** What it takes: JSON, or a file in the field `file` of a multipart body. */
  takes?: { json: Shape } | { file: string };
  answers: Record<number, DescribedAnswer>;
  /** Beside those that follow from what it is. */
  refusals?: readonly ProblemCode[];
}
