import { Counter, Gauge, type Registry } from 'prom-client';

export type Sample = readonly [value: number, labels: Record<string, string>];

export interface Measure {
  /** A name that ends in `_total` is a counter. */
  name: string;
  help: string;
  labelNames?: string[];
  read: () => number | Sample[];
}

/** Measures that are read on each scrape. */
export function register(registry: Registry, measures: readonly Measure[]): void {
  for (const measure of measures) {
    const { read, labelNames = [], ...names } = measure;
    const common = { ...names, labelNames, registers: [registry] };
    const samples = (): readonly Sample[] => {
      const now = read();
      return typeof now === 'number' ? [[now, {}]] : now;
    };
    if (measure.name.endsWith('_total')) {
      const collect = (): void => {
        counter.reset();
        for (const [value, labels] of samples()) counter.inc(labels, value);
      };
      const counter = new Counter({ ...common, collect });
    } else {
      const collect = (): void => samples().forEach(([value, labels]) => gauge.set(labels, value));
      const gauge = new Gauge({ ...common, collect });
    }
  }
}

export function samplesOf(values: Readonly<Record<string, number>>, label: string): Sample[] {
  return Object.entries(values).map(([name, value]) => [value, { [label]: name }]);
}
