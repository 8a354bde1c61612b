import * as echarts from 'echarts';
import { count } from './numbers.mjs';

const WIDTH = 860;
const HEIGHT = 420;
const CALLERS = '256';

/** Charges a second beside each other, as SVG: spread over the wallets and on one hot wallet. */
export function chargesChart(results) {
  const of = (contender, wallets) =>
    results.find(({ id }) => id === `${contender}-${wallets}-${CALLERS}`)?.perSecond;
  const names = new Map(results.map(({ contender, name }) => [contender, name]));
  const contenders = [...names.keys()].sort((a, b) => (of(a, 'spread') ?? 0) - (of(b, 'spread') ?? 0));
  const bars = (name, wallets, color) => ({
    ...{ name, type: 'bar', itemStyle: { color } },
    // What was not measured is no bar, and not one of 0.
    data: contenders.map((contender) => of(contender, wallets) ?? null),
    label: { show: true, position: 'right', formatter: ({ value }) => count(value) },
  });
  const chart = echarts.init(null, null, { renderer: 'svg', ssr: true, width: WIDTH, height: HEIGHT });
  chart.setOption({
    animation: false,
    backgroundColor: '#ffffff',
    title: { text: `Charges per second, ${CALLERS} callers`, left: 'center' },
    legend: { bottom: 0 },
    grid: { left: 220, right: 80, top: 50, bottom: 60 },
    xAxis: { type: 'value', axisLabel: { formatter: count } },
    yAxis: { type: 'category', data: contenders.map((contender) => names.get(contender)) },
    series: [
      bars('one hot wallet', 'hot', '#d08700'),
      bars('spread over 10,000 wallets', 'spread', '#1f6feb'),
    ],
  });
  const svg = chart.renderToSVGString();
  chart.dispose();
  return svg;
}
