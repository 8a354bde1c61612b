import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { openProduct, type Product } from '../app/product.js';

// What looks at our metrics from outside, compared with the metrics of a running product.

const root = join(import.meta.dirname, '../..');
const read = (path: string) => readFileSync(join(root, path), 'utf8');

interface Rule {
  alert: string;
  expr: string;
  labels: { severity: string };
  annotations: { summary: string; runbook: string };
}
interface Panel {
  title: string;
  targets: { expr: string }[];
}

const rules = (
  parse(read('deploy/monitoring/alerts.yaml')) as { groups: { rules: Rule[] }[] }
).groups.flatMap((group) => group.rules);
const { panels } = JSON.parse(read('deploy/monitoring/grafana.json')) as { panels: Panel[] };
const EXPRESSIONS: [name: string, expr: string][] = [
  ...rules.map(({ alert, expr }): [string, string] => [alert, expr]),
  ...panels.flatMap(({ title, targets }) => targets.map(({ expr }): [string, string] => [title, expr])),
];

let product: Product;
/** What Prometheus would know: by name, the labels that a series has. */
const measured = new Map<string, Set<string>>();

beforeAll(async () => {
  product = await openProduct();
  await product.call('alice', '/api/credits');
  for (const line of (await product.call(null, '/metrics')).text.split('\n')) {
    const series = /^(\w+)(?:\{(.*)\})? \S+$/.exec(line);
    const declared = /^# TYPE (\w+) (?!histogram)/.exec(line);
    if (declared !== null) measured.set(declared[1]!, new Set(['instance']));
    if (series === null) continue;
    const labels = [...(series[2] ?? '').matchAll(/(\w+)="/g)].map(([, name]) => name!);
    measured.set(series[1]!, new Set([...(measured.get(series[1]!) ?? []), ...labels, 'instance']));
  }
});
afterAll(() => product.close());

test.each(EXPRESSIONS)('%s asks for what is measured: %s', (_name, expr) => {
  const asked = [...expr.matchAll(/\b((?:credits|creditgate|http|process|nodejs)_\w+)(?:\{([^}]*)\})?/g)];
  expect(asked.length).toBeGreaterThan(0);
  for (const [, name, selector = ''] of asked) {
    expect([...measured.keys()]).toContain(name);
    const labels = [...selector.matchAll(/(\w+)\s*(?:=|!)/g)].map(([, label]) => label!);
    const known = measured.get(name!)!;
    // A counter without a series yet shows no labels of its own.
    if (known.size > 1) expect([...known]).toEqual(expect.arrayContaining(labels));
  }
});

test.each(rules.map((rule) => [rule.alert, rule] as const))('%s names its paragraph', (_alert, rule) => {
  const [file, anchor] = rule.annotations.runbook.split('#');
  const headings = [...read(file!).matchAll(/^#+ (.*)$/gm)].map(([, heading]) =>
    heading!
      .toLowerCase()
      .replace(/[^\w -]/g, '')
      .replaceAll(' ', '-'),
  );
  expect(headings).toContain(anchor);
  expect(['page', 'ticket']).toContain(rule.labels.severity);
});
