import type { OperationTable } from '../operation.js';

export const operationOperations: OperationTable = {
  'GET /problems/{problem}': {
    tag: 'Operation',
    summary: 'What a refusal means',
    description: 'The `type` of every refusal leads here: a page for browsers, JSON for everybody else.',
    answers: {
      200: {
        description: 'What happened, and what to do.',
        json: 'ProblemPage',
        other: { 'text/html': '<!doctype html>…' },
      },
    },
  },
  'GET /health/live': {
    tag: 'Operation',
    summary: 'Is it alive?',
    description: 'The process answers.',
    answers: { 200: { description: 'It is.', json: 'Alive' } },
  },
  'GET /health/ready': {
    tag: 'Operation',
    summary: 'Should it get requests?',
    description: 'The database answers and the process is not closing; else 503 with `checks`.',
    answers: { 200: { description: 'It should.', json: 'Ready' } },
    refusals: ['credits_unavailable'],
  },
  'GET /metrics': {
    tag: 'Operation',
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
};
