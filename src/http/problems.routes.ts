import type { RouteDescription } from '../routes/route-description.js';
import { object, shapes, text } from '../routes/schema.js';
import { TAGS } from '../routes/tags.js';

const { ProblemPage } = shapes({
  ProblemPage: object(
    {
      type: { type: 'string', format: 'uri-reference' },
      code: text,
      status: { type: 'integer' },
      title: text,
      whatHappened: text,
      whatToDo: text,
    },
    {
      type: '/problems/hold-expired',
      code: 'hold_expired',
      status: 409,
      title: 'The hold expired',
      whatHappened: 'The hold was not kept alive in time; its credits are available again.',
      whatToDo: 'Start over with a new hold.',
    },
  ),
});

export const problemRoute: RouteDescription = {
  tag: TAGS.operation,
  summary: 'What a refusal means',
  description: 'The `type` of every refusal leads here: a page for browsers, JSON for everybody else.',
  path: { problem: { description: 'Its code, with dashes.', schema: text, example: 'insufficient-credits' } },
  answers: {
    200: {
      description: 'What happened, and what to do.',
      json: ProblemPage,
      other: { 'text/html': '<!doctype html>…' },
    },
  },
};
