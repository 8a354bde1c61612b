import { counted, credits } from '../parts/words.js';
import type { Bar } from './bars.js';

/** What each action came to: its name, a bar to compare by, and the figure itself. */
export function RankChart({ bars }: { bars: Bar[] }) {
  const most = Math.max(...bars.map(({ credits }) => credits), 1);
  return (
    <ol class="ranks">
      {bars.map(({ name, credits: used, count }) => (
        <li key={name}>
          <span>{name}</span>
          <strong class="figure">{credits(used)}</strong>
          <svg width="100%" height="10" aria-hidden="true">
            <rect class="column" width={`${Math.max(0.5, (100 * used) / most)}%`} height="10" rx="3" />
          </svg>
          <span class="soft">{counted(count, 'piece')} of work</span>
        </li>
      ))}
    </ol>
  );
}
