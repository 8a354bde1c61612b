import type { ProblemCode } from '../problems/problem-codes.js';
import type { RouteDescription } from '../routes/route-description.js';
import type { Shape } from '../routes/schema.js';

/** What a file that is received and read may be refused for. */
export const FILE_REFUSALS = [
  'unsupported_file_type',
  'file_corrupt',
  'file_too_complex',
  'storage_full',
] as const satisfies ProblemCode[];

/** How every paid feature answers. */
export const stored = (what: string, json: Shape): RouteDescription['answers'] => ({
  201: { description: `Stored, owned and retrievable: ${what}.`, json },
});
