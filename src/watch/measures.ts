import { Counter, Gauge, type Registry } from 'prom-client';

export type Reading = readonly [value: number, labels: Record<string, string>];

export interface Measure {
  /** What ends in `_total` only rises. */
  name: string;
  help: string;
  labelNames?: string[];
  read: () => number | Reading[];
}

/** Measures that are read when somebody looks. */
export function register(registry: Registry, measures: readonly Measure[]): void {
  for (const measure of measures) {
    const { read, labelNames = [], ...names } = measure;
    const common = { ...names, labelNames, registers: [registry] };
    const readings = (): readonly Reading[] => {
      const now = read();
      return typeof now === 'number' ? [[now, {}]] : now;
    };
    if (measure.name.endsWith('_total')) {
      const collect = (): void => {
        counter.reset();
        for (const [value, labels] of readings()) counter.inc(labels, value);
      };
      const counter = new Counter({ ...common, collect });
    } else {
      const collect = (): void => readings().forEach(([value, labels]) => gauge.set(labels, value));
      const gauge = new Gauge({ ...common, collect });
    }
  }
}

export function readingsOf(values: Readonly<Record<string, number>>, label: string): Reading[] {
  return Object.entries(values).map(([name, value]) => [value, { [label]: name }]);
}
