import { useState } from 'preact/hooks';
import { Table } from '../parts/table.js';
import { counted, credits, number, shortNumber } from '../parts/words.js';
import type { Bar } from './bars.js';

const TOP = 18;
const FLOOR = 172;
const LONGEST_LABEL_EVERYWHERE = 3;
const TICKS = 6;
const MOST_LABELS = 31;

interface DayChartProps {
  bars: Bar[];
  /** What is counted. */
  what?: string;
  /** What is said of a bar behind its credits. */
  toldOf?: (bar: Bar) => string;
}

const forWork = ({ count }: Bar): string => `for ${counted(count, 'piece')} of work`;

/**
 * A column for each day, with its figure. Drawn in per cent of the width, so it fits any screen and any sheet of
 * paper; the same as a table is one click away, for eyes and ears alike.
 */
export function DayChart({ bars, what = 'Credits used', toldOf = forWork }: DayChartProps) {
  const [pointed, setPointed] = useState<number | null>(null);
  const most = Math.max(...bars.map(({ credits }) => credits), 1);
  const peak = bars.findIndex(({ credits }) => credits === most);
  const isRoomForAll =
    bars.length <= MOST_LABELS &&
    bars.every(({ credits }) => shortNumber(credits).length <= LONGEST_LABEL_EVERYWHERE);
  const told = bars[pointed ?? peak] ?? bars.at(-1)!;
  return (
    <figure class={`chart ${isRoomForAll ? 'every' : ''}`}>
      <svg width="100%" height="200" aria-hidden="true">
        <line class="floor" x1="0" x2="100%" y1={FLOOR} y2={FLOOR} />
        {bars.map((bar, index) => (
          <Column
            key={index}
            bar={bar}
            height={((FLOOR - TOP) * Math.max(0, bar.credits)) / most}
            slot={{ index, of: bars.length, isPeak: index === peak }}
            onPoint={() => setPointed(index)}
          />
        ))}
      </svg>
      <figcaption class="soft">
        {pointed === null && 'Most on '}
        {told.name}: {credits(told.credits)} {toldOf(told)}
      </figcaption>
      <details>
        <summary>As a table</summary>
        <Table
          label={`${what} by day`}
          class="plain"
          columns={['Day', what]}
          rows={bars
            .filter(({ count }) => count > 0)
            .map(({ name, credits }) => ({ key: name, cells: [name, number(credits)] }))}
        />
      </details>
    </figure>
  );
}

interface ColumnProps {
  bar: Bar;
  height: number;
  slot: { index: number; of: number; isPeak: boolean };
  onPoint: () => void;
}

function Column({ bar: { name, credits: used }, height, slot: { index, of, isPeak }, onPoint }: ColumnProps) {
  const at = (share: number) => `${((index + share) * 100) / of}%`;
  const every = Math.ceil(of / TICKS);
  const tick = Math.floor(index / every);
  return (
    <g class={isPeak ? 'peak' : undefined} onPointerEnter={onPoint} onClick={onPoint}>
      <rect class="slot" x={at(0)} y="0" width={`${100 / of}%`} height={FLOOR} />
      <rect class="column" x={at(0.18)} y={FLOOR - height} width={`${64 / of}%`} height={height} rx="2" />
      {used > 0 && (
        <text class="value" x={at(0.5)} y={FLOOR - height - 5}>
          {shortNumber(used)}
        </text>
      )}
      {index % every === Math.floor(every / 2) && (
        <text class={tick % 2 === 0 ? 'tick' : 'tick odd'} x={at(0.5)} y={FLOOR + 20}>
          {name}
        </text>
      )}
    </g>
  );
}
