import { useLayoutEffect, useRef } from 'preact/hooks';
import uPlot from 'uplot';
import { number } from '../parts/words.js';
import type { Bar } from './bars.js';
import { useColorScheme } from './use-color-scheme.js';

const HEIGHT = 200;

/** Bars, and for those who do not see them the same as a table. */
export function UsageChart({ bars }: { bars: Bar[] }) {
  const place = useRef<HTMLDivElement>(null);
  const scheme = useColorScheme();
  useLayoutEffect(() => {
    const box = place.current!;
    const chart = new uPlot(optionsFor(bars, box), dataOf(bars), box);
    const resized = new ResizeObserver(() => chart.setSize({ width: box.clientWidth, height: HEIGHT }));
    resized.observe(box);
    return () => {
      resized.disconnect();
      chart.destroy();
    };
  }, [bars, scheme]);
  return (
    <>
      <div class="chart" ref={place} aria-hidden="true" />
      <table class="unseen">
        <caption>Credits used</caption>
        <tbody>
          {bars
            .filter(({ credits }) => credits > 0)
            .map(({ name, credits }) => (
              <tr key={name}>
                <th scope="row">{name}</th>
                <td>{number(credits)}</td>
              </tr>
            ))}
        </tbody>
      </table>
    </>
  );
}

function dataOf(bars: Bar[]): uPlot.AlignedData {
  return [bars.map((_, index) => index), bars.map(({ credits }) => credits)];
}

/** Canvas knows no style sheet, so the colours of the page are handed to it. */
function optionsFor(bars: Bar[], box: HTMLElement): uPlot.Options {
  const style = getComputedStyle(box);
  const colour = (name: string) => style.getPropertyValue(name).trim();
  const axis = {
    size: 28,
    gap: 4,
    stroke: colour('--chart-ink'),
    font: `12px ${style.fontFamily}`,
    ticks: { show: false },
  };
  return {
    width: box.clientWidth,
    height: HEIGHT,
    legend: { show: false },
    cursor: { show: false },
    padding: [12, 4, 0, 0],
    scales: {
      x: { time: false, range: [-0.6, Math.max(bars.length, 1) - 0.4] },
      y: { range: (_chart, _min, max) => [0, Math.max(5, max)] },
    },
    axes: [
      {
        ...axis,
        grid: { show: false },
        space: 64,
        values: (_chart, splits) => splits.map((at) => bars[at]?.name ?? ''),
      },
      {
        ...axis,
        size: 44,
        grid: { stroke: colour('--chart-grid'), width: 1 },
        values: (_chart, splits) => splits.map((at) => (Number.isInteger(at) ? number(at) : '')),
      },
    ],
    series: [
      {},
      {
        fill: colour('--chart-bar'),
        width: 0,
        points: { show: false },
        paths: uPlot.paths.bars!({ size: [0.62, 56], radius: 0.25 }),
      },
    ],
  };
}
