import type { RouteDescription } from '../routes/route-description.js';
import { TAGS } from '../routes/tags.js';
import { watchShapes } from './watch.shapes.js';

export const watchRoutes = {
  live: {
    tag: TAGS.operation,
    summary: 'Is it alive?',
    description: 'The process answers.',
    answers: { 200: { description: 'It is.', json: watchShapes.Alive } },
  },
  ready: {
    tag: TAGS.operation,
    summary: 'Should it get requests?',
    description: 'The database answers and the process is not closing; else 503 with `checks`.',
    answers: { 200: { description: 'It should.', json: watchShapes.Ready } },
    refusals: ['credits_unavailable'],
  },
  metrics: {
    tag: TAGS.operation,
    summary: 'Measurements',
    description:
      'In the text format of Prometheus; docs/operating.md lists them. Where METRICS_TOKEN is set it is wanted as the bearer.',
    answers: {
      200: {
        description: 'All of them.',
        other: { 'text/plain': '# TYPE credits_operations_waiting gauge\ncredits_operations_waiting 0\n' },
      },
    },
    refusals: ['unauthenticated'],
  },
} satisfies Record<string, RouteDescription>;
