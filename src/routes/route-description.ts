import type { ProblemCode } from '../problems/problem-codes.js';
import type { RequestHeader, AnswerHeader } from './headers.js';
import type { Tag } from './tags.js';
import type { Parameter } from './parameters.js';
import type { Shape } from './schema.js';

export interface DescribedAnswer {
  description: string;
  /** An answer in JSON. */
  json?: Shape;
  /** Answers in other media types, each with an example; null: the example would be bytes. */
  other?: Record<string, string | null>;
  headers?: readonly AnswerHeader[];
}

/** Describes a route. Its path parameters, security and most refusals follow from its decorators. */
export interface RouteDescription {
  tag: Tag;
  summary: string;
  description: string;
  /** Path parameters that are not among the common ones (parameters.ts). */
  path?: Record<string, Parameter>;
  query?: Record<string, Parameter>;
  headers?: readonly RequestHeader[];
  /** Its input: JSON, or a file in the field `file` of a multipart body. */
  takes?: { json: Shape } | { file: string };
  answers: Record<number, DescribedAnswer>;
  /** Refusals besides those that follow from its decorators. */
  refusals?: readonly ProblemCode[];
}
